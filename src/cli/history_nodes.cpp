// SPDX-License-Identifier: Apache-2.0
#include "history_nodes.hpp"

#include "berth/builder/dial.hpp"
#include "berth/cli/context_builder.hpp"
#include "berth/cli/each_node.hpp"
#include "berth/history/connect.hpp"
#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

#include <mutex>

namespace berth::cli {

HistoryNodes::HistoryNodes(Context &context) : context_(context), chosen_(choose_builder(context)) {
    auto builds = find_build_builder(context, chosen_);
    if (!builds) { // nothing was built in this docker context
        chosen_.record.nodes.clear();
        return;
    }
    chosen_ = *std::move(builds);
    container_node(chosen_);
    const auto &nodes = chosen_.record.nodes;
    connections_.resize(nodes.size());
    auto workers = context.worker_cache();
    std::mutex booting; // one display at a time
    rethrow_first(for_each_node(context.runner, nodes.size(), [&](std::size_t i) {
        auto docker = context.docker(nodes[i]);
        connections_[i] = history::connect(docker, nodes[i], builder(), [&] {
            std::lock_guard lock(booting);
            draw_boot(context, [&](progress::Display &display) {
                builder::boot(docker, nodes[i], display,
                              context.surroundings(workers, nodes[i].endpoint));
            });
        });
    }));
}

void HistoryNodes::on(std::size_t number,
                      const std::function<void(buildkit::Connection &)> &work) const {
    try {
        work(connection(number));
    } catch (const buildkit::CommandEnded &ended) {
        throw builder::error_of(ended, builder());
    } catch (const buildkit::GrpcError &error) {
        throw builder::error_of(error, builder());
    }
}

void HistoryNodes::each(const std::function<void(std::size_t)> &work) const {
    rethrow_first(for_each_node(context_.runner, count(), [&](std::size_t i) {
        on(i, [&](buildkit::Connection &) { work(i); });
    }));
}

std::vector<history::Record> HistoryNodes::query(const history::Query &query) const {
    auto offset = history::parse_offset(query.ref);
    auto asked = query;
    if (offset)
        asked.ref.clear();
    std::vector<std::vector<history::Record>> found(count());
    each([&](std::size_t i) {
        found[i] = history::read_records(connection(i), i, asked, context_.now());
    });
    std::vector<history::Record> records;
    for (auto &of_node : found)
        std::move(of_node.begin(), of_node.end(), std::back_inserter(records));
    history::sort_records(records);
    if (!offset)
        return records;
    if (*offset >= records.size())
        throw Error(fmt::format("no completed build found with offset {}", *offset),
                    ExitCode::failure, "`berth history ls` lists the builds");
    return {std::move(records[*offset])};
}

history::Record HistoryNodes::find(const std::string &ref, bool completed_only) const {
    auto records = query({.ref = ref, .filters = {}, .completed_only = completed_only});
    if (records.empty())
        no_record(ref);
    return std::move(records.front());
}

std::optional<store::BuildRef> HistoryNodes::noted(const history::Record &record) const {
    return context_.store().find_ref(builder(), node(record.node).name, record.message.ref());
}

std::string HistoryNodes::full_ref(const history::Record &record) const {
    return fmt::format("{}/{}/{}", builder(), node(record.node).name,
                       printable(record.message.ref()));
}

std::string desktop_url(const std::string &full_ref) {
    return "docker-desktop://dashboard/build/" + full_ref;
}

void no_record(const std::string &ref) {
    if (ref.empty())
        throw Error("no records found");
    throw Error(fmt::format("no record found for ref \"{}\"", printable(ref)), ExitCode::failure,
                "`berth history ls` lists the builds");
}

} // namespace berth::cli
