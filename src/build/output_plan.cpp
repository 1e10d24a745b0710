#include "berth/build/output_plan.hpp"

#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace berth::build {

namespace {

std::string argument_for(const Output &output, const std::vector<std::string> &tags,
                         const std::string &place) {
    auto told = streamed(output);
    told.destination = place;
    return buildctl_output(told, tags);
}

// The image that stays in the builder until it is known which layers the engine lacks. The classic
// store keeps layers unpacked; containerd's keeps what comes, and should have what docker buildx
// brings.
Output kept_image(const Output &output) {
    return {.type = "image",
            .attributes = {{"push", "false"},
                           output.for_containerd ? std::pair("oci-mediatypes", "true")
                                                 : std::pair("compression", "uncompressed")}};
}

} // namespace

bool loads_incrementally(const std::vector<Output> &outputs) {
    return outputs.size() == 1 && outputs.front().to_engine() &&
           outputs.front().attributes.empty() && !outputs.front().as_layout;
}

OutputPlan plan_outputs(std::vector<Output> outputs, const CacheOptions &caches) {
    OutputPlan plan{
        .outputs = std::move(outputs), .to_client = {}, .caches = caches.exported_here()};
    for (const auto &output : plan.outputs)
        if (output.to_client())
            plan.to_client.push_back(output);
    if (loads_incrementally(plan.outputs)) {
        plan.incremental_load = true;
        plan.to_client.clear();
    }
    plan.staged = plan.to_client.size() > 1 || !plan.caches.empty();
    return plan;
}

OutputPlan without_incremental_load(OutputPlan plan, bool as_layout) {
    plan.incremental_load = false;
    plan.outputs.front().as_layout = as_layout;
    plan.to_client = plan.outputs;
    plan.caches.clear(); // they came with the first try
    plan.staged = false;
    return plan;
}

OutputPlan fetching(OutputPlan plan) {
    plan.caches.clear(); // they came with the first try
    plan.staged = false;
    plan.fetching = true;
    return plan;
}

std::string output_name(std::size_t number) {
    return fmt::format("{:04}", number);
}

std::vector<std::string> output_arguments(const OutputPlan &plan,
                                          const std::vector<std::string> &tags,
                                          const std::string &staging) {
    if (plan.fetching)
        return {"--output", "type=oci,dest=/dev/null"}; // the builder's
    std::vector<std::string> words;
    std::size_t number = 0;
    for (const auto &output : plan.outputs) {
        if (!output.exported())
            continue;
        words.emplace_back("--output");
        if (plan.incremental_load)
            words.push_back(buildctl_output(kept_image(output), tags));
        else if (!output.to_client())
            words.push_back(buildctl_output(output, tags));
        else
            words.push_back(argument_for(
                output, tags, plan.staged ? staging + "/" + output_name(number++) : "-"));
    }
    return words;
}

PlanSink::PlanSink(const OutputPlan &plan, const docker::Docker &docker, std::ostream &out,
                   bool out_is_terminal)
    : staged_(plan.staged) {
    for (const auto &output : plan.to_client)
        sinks_.push_back(make_sink(output, docker, out, out_is_terminal));
    for (const auto &cache : plan.caches)
        sinks_.push_back(make_cache_sink(cache.attribute("dest")));
}

void PlanSink::write(std::string_view bytes) {
    if (staged_)
        write_staged(bytes);
    else
        sinks_.front()->write(bytes);
}

void PlanSink::write_staged(std::string_view bytes) {
    constexpr std::size_t longest_size = 20;
    while (!bytes.empty()) {
        if (current_ == sinks_.size())
            throw Error("the builder sent more than the outputs that were asked for");
        if (!in_body_) {
            auto end = bytes.find('\n');
            size_line_ += bytes.substr(0, end);
            bytes.remove_prefix(end == bytes.npos ? bytes.size() : end + 1);
            if (size_line_.size() > longest_size)
                throw Error("the builder sent something else than its outputs");
            if (end == bytes.npos)
                return;
            auto size = parse_integer(trim(std::exchange(size_line_, {})));
            if (!size || *size < 0)
                throw Error("the builder sent something else than its outputs");
            left_ = static_cast<std::uint64_t>(*size);
            in_body_ = true;
        }
        // A size of zero is an output, too.
        auto part = bytes.substr(0, std::min<std::uint64_t>(left_, bytes.size()));
        sinks_[current_]->write(part);
        bytes.remove_prefix(part.size());
        left_ -= part.size();
        if (left_ == 0) {
            in_body_ = false;
            ++current_;
        }
    }
}

void PlanSink::commit() {
    if (staged_ && (current_ != sinks_.size() || in_body_))
        throw Error(fmt::format("the build worked, but only {} of its {} outputs came from the "
                                "builder",
                                current_, sinks_.size()));
    for (auto &sink : sinks_)
        sink->commit();
}

} // namespace berth::build
