#include "berth/build/build.hpp"

#include "berth/build/arguments.hpp"
#include "berth/build/attestations.hpp"
#include "berth/build/call.hpp"
#include "berth/build/context_lease.hpp"
#include "berth/build/context_source.hpp"
#include "berth/build/credentials.hpp"
#include "berth/build/deliver.hpp"
#include "berth/build/deps.hpp"
#include "berth/build/image_load.hpp"
#include "berth/build/local_context.hpp"
#include "berth/build/output.hpp"
#include "berth/build/recipe.hpp"
#include "berth/build/secrets.hpp"
#include "berth/build/transport.hpp"
#include "berth/util/error.hpp"
#include "berth/util/file.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace berth::build {

namespace {

constexpr const char *no_output_warning =
    "WARNING: No output specified with docker-container driver. Build result will only remain in "
    "the "
    "build cache. To push result image into registry use --push or to load image into docker use "
    "--load\n";

// The last `error: …` of buildctl (it may have several lines) and what came before it.
struct FailureText {
    std::string before, error;
};

FailureText read_failure(const std::string &text) {
    constexpr std::string_view mark = "error: ";
    auto at = text.starts_with(mark) ? 0 : text.rfind("\nerror: ");
    if (at == std::string::npos)
        return {.before = text, .error = {}};
    if (at > 0)
        ++at;
    return {.before = text.substr(0, at),
            .error = std::string(trim(std::string_view(text).substr(at + mark.size())))};
}

// `containerimage.config.digest`, else `containerimage.digest`, as docker buildx prints with -q.
std::string image_id(const nlohmann::json &metadata) {
    for (const auto *key : {"containerimage.config.digest", "containerimage.digest"})
        if (auto found = metadata.find(key); found != metadata.end() && found->is_string())
            return found->get<std::string>();
    return {};
}

class Build {
  public:
    Build(const BuildSetting &setting, const BuildOptions &options, progress::Display &display)
        : setting_(setting),
          options_(options),
          display_(display),
          container_(builder::container_name(setting.node.name)) {}

    bool run() {
        check_options(options_);
        auto driver = builder::read_driver_options(
            setting_.node.driver_options.value_or(builder::OptionMap()));
        if (options_.call.empty())
            outputs_ = read_outputs(options_, driver.default_load && !setting_.no_default_load);
        check_attestations(options_, outputs_);
        add_annotations(options_.annotations, outputs_);
        plan_outputs();
        context_ = read_context(options_.context, options_.file, setting_.in);
        secrets_ = read_secrets(options_.secrets, options_.ssh, setting_.environment);
        named_ = read_named_contexts(options_.build_contexts);
        if (setting_.docker.runner().dry()) {
            print_recipe();
            return true;
        }
        try {
            solve();
            load();
        } catch (const std::exception &) {
            finish();
            throw;
        }
        finish();
        if (!options_.call.empty())
            return print_call_result(setting_.out, options_, call_output_);
        report();
        return true;
    }

  private:
    // One output can stream on buildctl's standard output. An image for the engine that is the only
    // output stays in the builder first, so that only missing layers are sent.
    void plan_outputs() {
        for (const auto &output : outputs_) {
            if (output.to_engine() && outputs_.size() == 1 && output.attributes.empty() &&
                options_.platforms.size() <= 1) {
                incremental_load_ = true;
            } else if (output.to_client()) {
                if (streaming_)
                    throw usage_error(
                        fmt::format("type={} and type={} in one build are not supported "
                                    "yet",
                                    streaming_->type, output.type),
                        "build twice; the second build comes from the cache");
                streaming_ = output;
            }
        }
    }

    std::vector<std::string> arguments(const BuildPlaces &places) const {
        bool attestations =
            !setting_.environment.flag("BUILDX_NO_DEFAULT_ATTESTATIONS") &&
            std::any_of(outputs_.begin(), outputs_.end(), [](const Output &output) {
                return output.type == "image" || output.type == "registry" || output.type == "oci";
            });
        auto words = build_arguments(options_, places, setting_.environment, attestations);
        for (auto &word : secret_arguments(secrets_, places.memory))
            words.push_back(std::move(word));
        words.emplace_back("--progress=rawjson");
        for (const auto &output : outputs_) {
            if (!output.exported())
                continue;
            words.emplace_back("--output");
            words.push_back(argument_for(output));
        }
        return words;
    }

    std::string argument_for(const Output &output) const {
        if (incremental_load_)
            return buildctl_output(
                {.type = "image",
                 .destination = {},
                 .attributes = {{"push", "false"}, {"compression", "uncompressed"}}},
                options_.tags);
        return buildctl_output(output.to_client() ? streamed(output) : output, options_.tags);
    }

    void solve() {
        std::unique_ptr<Sink> sink;
        if (streaming_)
            sink = make_sink(*streaming_, setting_.docker, setting_.out, setting_.out_is_terminal);
        ContextLeases named(setting_.docker, container_, setting_.client_id);
        if (!named_.empty()) {
            builder::boot(setting_.docker, setting_.node, display_, setting_.surroundings);
            named.take(named_);
        }
        SolveRequest request{.context = context_,
                             .context_key = context_key(setting_.client_id, context_.place),
                             .arguments =
                                 [this, &named](const BuildPlaces &places) {
                                     auto all = places;
                                     all.named = named.folders();
                                     return served(context_, arguments(all));
                                 },
                             .want_image = incremental_load_,
                             .on_output =
                                 !options_.call.empty()
                                     ? [this](std::string_view bytes) { call_output_ += bytes; }
                                 : sink ? [&sink](std::string_view bytes) { sink->write(bytes); }
                                        : std::function<void(std::string_view)>()};
        for (const auto &[name, place] : named.folders())
            request.copies.push_back(place.slot);
        Credentials credentials(setting_.docker.runner(), setting_.surroundings.docker_config);
        request.memory = memory_archive(secrets_, credentials.any());
        if (credentials.any())
            request.credentials = [&credentials](const std::string &host) {
                return credentials.find(host);
            };
        auto transport = make_stream_transport();
        auto attempt = [&] {
            return transport->solve(setting_.docker, container_, request, display_);
        };
        result_ = attempt();
        if (result_.kind == SolveResult::Kind::no_builder) {
            builder::boot(setting_.docker, setting_.node, display_, setting_.surroundings);
            result_ = attempt();
        }
        check_result();
        if (sink)
            sink->commit();
    }

    void check_result() {
        switch (result_.kind) {
        case SolveResult::Kind::done:
            return;
        case SolveResult::Kind::no_builder:
            docker::check(result_.command, result_.outcome);
            break;
        case SolveResult::Kind::cancelled:
            break;
        case SolveResult::Kind::failed: {
            auto failure = read_failure(result_.text);
            excerpt_ = failure.before;
            if (!setting_.surroundings.cancellation.cancelled())
                throw Error("failed to build: " +
                            (failure.error.empty() ? ended_early() : failure.error));
        }
        }
        throw Error("failed to build: cancelled", ExitCode::cancelled);
    }

    // buildctl gave no reason: the container or the connection to it went.
    std::string ended_early() {
        excerpt_.clear();
        auto said = std::string(trim(result_.text));
        return fmt::format(
            "the build in {} ended without a result ({}{}{}); `docker logs {}` may tell",
            container_,
            result_.outcome.kind == process::Outcome::Kind::exited
                ? fmt::format("exit code {}", result_.outcome.code)
                : fmt::format("signal {}", result_.outcome.code),
            said.empty() ? "" : ": ", said, container_);
    }

    void load() {
        if (!incremental_load_)
            return;
        if (auto image = read_built_image(result_.reply)) {
            load_image(setting_.docker, container_, *image, options_.tags, display_,
                       setting_.surroundings.now);
            return;
        }
        // Not an image that can be taken apart: have it exported, from the cache.
        incremental_load_ = false;
        streaming_ = outputs_.front();
        solve();
    }

    // The end of the log; then what is printed below it, in the order of docker buildx.
    void finish() {
        display_.finish();
        if (setting_.progress_alone)
            return;
        if (outputs_.empty() && options_.call.empty())
            setting_.err << no_output_warning;
        if (!setting_.quiet)
            progress::print_warnings(setting_.err, display_.warnings(), setting_.colour,
                                     setting_.debug);
        setting_.err << excerpt_ << std::flush;
    }

    void report() {
        nlohmann::json metadata = nlohmann::json::object();
        if (!result_.reply.metadata.empty())
            metadata = nlohmann::json::parse(result_.reply.metadata, nullptr, false);
        if (!metadata.is_object())
            throw Error("the build worked, but its metadata is no JSON object");
        auto id = image_id(metadata);
        note_ref(metadata);
        if (!options_.iid_file.empty())
            write_file_atomically(options_.iid_file, id, 0644);
        if (!options_.metadata_file.empty())
            write_file_atomically(options_.metadata_file, metadata.dump(2), 0644);
        if (!options_.deps_file.empty())
            write_file_atomically(options_.deps_file,
                                  make_rule(options_, outputs_, context_, named_), 0644);
        if (setting_.quiet)
            setting_.out << id << '\n' << std::flush;
    }

    void note_ref(nlohmann::json &metadata) const {
        const auto &ref = result_.reply.ref;
        if (ref.empty())
            return;
        metadata["buildx.build.ref"] =
            fmt::format("{}/{}/{}", setting_.builder, setting_.node.name, ref);
        auto path = context_.kind == LocalContext::Kind::directory && context_.scratch == nullptr
                        ? context_.directory.string()
                        : options_.context;
        setting_.store.save_ref(setting_.builder, setting_.node.name, ref, path,
                                options_.file.empty() || context_.from_input
                                    ? ""
                                    : std::filesystem::absolute(options_.file).string());
    }

    void print_recipe() {
        builder::boot(setting_.docker, setting_.node, display_, setting_.surroundings);
        Recipe recipe{.docker = setting_.docker,
                      .container = container_,
                      .context = context_,
                      .context_argument = options_.context,
                      .file_argument = options_.file,
                      .context_key = context_key(setting_.client_id, context_.place),
                      .named = named_,
                      .secrets = secrets_,
                      .outputs = outputs_,
                      .tags = options_.tags};
        recipe.arguments = [this](const BuildPlaces &places) {
            auto words = build_arguments(options_, places, setting_.environment, false);
            for (auto &word : secret_arguments(secrets_, places.memory))
                words.push_back(std::move(word));
            return words;
        };
        build::print_recipe(recipe);
    }

    const BuildSetting &setting_;
    const BuildOptions &options_;
    progress::Display &display_;
    std::string container_;
    std::vector<Output> outputs_;
    std::optional<Output> streaming_;
    bool incremental_load_ = false;
    LocalContext context_;
    std::map<std::string, LocalContext> named_;
    std::vector<Secret> secrets_;
    SolveResult result_;
    std::string excerpt_, call_output_;
};

} // namespace

bool run_build(const BuildSetting &setting, const BuildOptions &options,
               progress::Display &display) {
    return Build(setting, options, display).run();
}

} // namespace berth::build
