// SPDX-License-Identifier: Apache-2.0
// Reads remote definitions, and builds the selected targets of `berth bake`.
#pragma once

#include "berth/bake/access.hpp"
#include "berth/bake/files.hpp"
#include "berth/bake/resolve.hpp"
#include "berth/cli/choose_builder.hpp"
#include "berth/cli/context.hpp"
#include "berth/job/jobs.hpp"
#include "berth/job/remote_definition.hpp"
#include "berth/job/targets.hpp"
#include "berth/util/error.hpp"

#include "bake_options.hpp"
#include "build_setup.hpp"

#include <memory>
#include <string>
#include <vector>

namespace berth::cli {

// The builder and the display, which come into being when they are first needed.
class BakeSession {
  public:
    BakeSession(Context &context, const BakeOptions &options); // throws for a bad --progress
    ~BakeSession();
    BakeSession(const BakeSession &) = delete;
    BakeSession &operator=(const BakeSession &) = delete;

    bool for_program() const { return progress_.mode == progress::Mode::rawjson; }
    // Reads files of this machine: bake::read_files().
    std::vector<bake::SourceFile> read(const std::vector<std::string> &names);
    // Reads files at an address.
    job::RemoteDefinition fetch(const std::string &address, const job::WantedFiles &wanted);
    std::vector<job::TargetOutcome> build(std::vector<job::NamedTarget> &targets,
                                          const job::TargetsOptions &options);
    // Ends the display; what follows gets a new one.
    void finish();

  private:
    void show();
    void open();

    Context &context_;
    bool builds_;      // or prints only, which needs no builder
    bool names_given_; // by --file
    ProgressChoice progress_;
    ChosenBuilder chosen_ = {};
    bool as_engine_ = false; // it builds for a docker context
    std::unique_ptr<progress::Display> display_ = {};
};

struct BakeWork {
    const bake::Selection &selection; // prepared
    const bake::Access &access;
    const job::Jobs &jobs;
    const job::RemoteDefinition *remote; // none: the definition is of this machine
    std::vector<std::string> names;      // asked for
};

ExitCode build_selection(Context &context, const BakeOptions &options, BakeSession &session,
                         const BakeWork &work);

} // namespace berth::cli
