// SPDX-License-Identifier: Apache-2.0
// Shared by the subcommands of `berth history`: the nodes of the builder, and records by reference.
#pragma once

#include "berth/cli/choose_builder.hpp"
#include "berth/cli/command_line.hpp"
#include "berth/history/records.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace berth::cli {

// Connections to all nodes of the chosen builder. Starts nodes that do not run.
class HistoryNodes {
  public:
    explicit HistoryNodes(Context &context);

    std::size_t count() const { return connections_.size(); }
    const std::string &builder() const { return chosen_.record.name; }
    const store::NodeRecord &node(std::size_t number) const { return chosen_.record.nodes[number]; }
    buildkit::Connection &connection(std::size_t number) const { return *connections_[number]; }

    // Calls `work` for each node, concurrently. Errors of BuildKit become Errors.
    void each(const std::function<void(std::size_t)> &work) const;
    // Calls `work` for one node, with the same errors.
    void on(std::size_t number, const std::function<void(buildkit::Connection &)> &work) const;

    // Records of all nodes, newest first. The reference `^N` is the record N before the newest.
    std::vector<history::Record> query(const history::Query &query) const;
    // The first record of a query for `ref`; empty: the newest. Throws Error if it does not exist.
    history::Record find(const std::string &ref, bool completed_only = false) const;
    // The note about the build in this machine's store.
    std::optional<store::BuildRef> noted(const history::Record &record) const;
    // BUILDER/NODE/REF
    std::string full_ref(const history::Record &record) const;

  private:
    Context &context_;
    ChosenBuilder chosen_;
    std::vector<std::unique_ptr<buildkit::Connection>> connections_;
};

// The address of a build in Docker Desktop: docker-desktop://dashboard/build/BUILDER/NODE/REF.
std::string desktop_url(const std::string &full_ref);

// "no records found", or "no record found for ref …".
[[noreturn]] void no_record(const std::string &ref);

void add_history_ls(args::Command &group, Action &action);
void add_history_inspect(args::Command &group, Action &action);
void add_history_attachment(args::Command &inspect, Action &action);
void add_history_logs(args::Command &group, Action &action);
void add_history_rm(args::Command &group, Action &action);
void add_history_export(args::Command &group, Action &action);
void add_history_trace(args::Command &group, Action &action);
void add_history_open(args::Command &group, Action &action);
void add_history_import(args::Command &group, Action &action);

} // namespace berth::cli
