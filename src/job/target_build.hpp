// SPDX-License-Identifier: Apache-2.0
// One target on its way from its options to its outputs, or what one node builds of it. Each step
// has a file of its own: build_inputs (what the flags say), build_request (what BuildKit is asked),
// solve/ (the build), load_built and output_target (where the result goes), recipe (--dry-run).
#pragma once

#include "berth/image/early_look.hpp"
#include "berth/job/build_commons.hpp"
#include "berth/job/build_report.hpp"
#include "berth/job/build_request.hpp"
#include "berth/job/emulation.hpp"
#include "berth/job/targets.hpp"
#include "berth/progress/running_steps.hpp"
#include "berth/solve/solve.hpp"

#include "join_parts.hpp"
#include "redaction.hpp"
#include "target_order.hpp"

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace berth::job {

// What sets a part of a target apart from the whole.
struct BuildPart {
    std::vector<std::string> platforms;
    std::string ref;              // the same for all parts
    std::filesystem::path layout; // where its image goes, when it comes here
};

class TargetBuild {
  public:
    // `display`: the part of it that is this target's. `part`: nothing for the whole target.
    TargetBuild(const BuildSetting &setting, BuildCommons &commons, const NamedTarget &target,
                progress::Display &display, std::optional<BuildPart> part = {});

    // The following functions throw Error.

    // Reads and checks what the options name. `wants_metadata`: whether the caller uses the
    // metadata.
    void read(bool wants_metadata);
    // Asks the engine for the images that the load will look for. For a target alone: those of many
    // targets would be as many docker commands at once.
    void look_early();
    void print_recipe();
    // With --local-images.
    void bring_images();
    // Makes the request of an attempt. If the Dockerfile is at an address, run() fetches it and
    // makes the request.
    void prepare();
    // Null before the request is made.
    solve::Request *request() { return planned_ ? &planned_->request : nullptr; }

    // Builds target number `place`, in step with the others in `order`. `linked` has the target of
    // each of its links. Sets the outcome, except when the connection ends: then it throws
    // CommandEnded.
    void run(buildkit::Connection &connection, TargetOrder &order, std::size_t place,
             const std::vector<const TargetBuild *> &linked);
    // From another thread: run() ends soon.
    void cancel();
    // Closes the sessions that run() left open for targets that use this one's result.
    void close();
    // Sets an error that ended all targets. Ignored by a target that succeeded.
    void fail(const Error &error);

    // After the display has finished: records the build in the store, and writes the files that the
    // options name. `warnings` are for the metadata; `group` is the ID of the bake, if any.
    void report(const std::vector<progress::VertexWarning> &warnings, const std::string &group);
    // The first of these for a part; the target's first part reports for all of them.
    void note(const std::string &group);
    // The name of the build in BuildKit's history; empty if it has none.
    std::string ref() const { return begun_ && options_.call.empty() ? ref_ : ""; }
    // BUILDER/NODE/REF of a build that has begun; empty for --call.
    std::string reference() const;

    // Of a part.
    const JointOutputs &joint() const { return joint_; }
    BuiltPart built() const { return {outcome_.metadata, part_->layout}; }
    // The image of all parts is made, or cannot be made.
    void joined(nlohmann::json metadata) { outcome_.metadata = std::move(metadata); }
    void not_joined(const Error &error) { set_failure(TargetState::failed, error); }
    // What became of the parts together.
    void set_outcome(const TargetOutcome &outcome) { outcome_ = outcome; }

    bool begun() const { return begun_; } // BuildKit has reported progress
    bool goes_nowhere() const { return inputs_.outputs.empty() && options_.call.empty(); }
    const std::string &warnings() const { return inputs_.warnings; } // lines
    const std::string &excerpt() const { return excerpt_; } // of the Dockerfile, at the error
    TargetOutcome &outcome() { return outcome_; }

  private:
    using Result = buildkit::frontend::Result;

    void build(buildkit::Connection &connection, TargetOrder &order, std::size_t place,
               const std::vector<const TargetBuild *> &linked);
    void show_cancelled();
    void show(const progress::SolveStatus &status);
    void fetch_dockerfile(buildkit::Connection &connection);
    void ask_frontend(buildkit::Connection &connection, TargetOrder &order, std::size_t place);
    void in_steps(buildkit::Bridge &bridge, const Result &result, TargetOrder &order,
                  std::size_t place);
    void solve(buildkit::Connection &connection, const solve::Build::OnResult &on_result);
    void load(buildkit::Connection &connection);
    void solve_again(buildkit::Connection &connection);
    void add_provenance(buildkit::Connection &connection);
    solve::Build &start(buildkit::Connection &connection, solve::Request request);
    void check_not_cancelled();
    void set_failure(TargetState state, const Error &error);
    BuildName name(const std::string &group) const;
    void write_files();
    void become_part();
    void plan();

    const BuildSetting &setting_;
    BuildCommons &commons_;
    const NamedTarget &target_;
    const BuildOptions &options_;
    progress::Display &display_;
    std::optional<BuildPart> part_;
    JointOutputs joint_;
    SavedImages images_;
    BuildInputs inputs_;
    std::optional<image::EarlyLook> early_;
    Redaction redaction_{options_};
    std::optional<BuildRequest> planned_, first_planned_;
    bool needed_ = false; // others use its result
    std::string ref_;
    Result result_; // of the frontend
    TargetOutcome outcome_;
    std::string excerpt_;
    EmulationWatch emulation_;
    progress::RunningSteps running_;
    std::atomic<bool> begun_{false};

    std::mutex mutex_; // guards the following:
    bool cancelled_ = false;
    std::vector<std::unique_ptr<solve::Build>> builds_; // last, since they use the other members
};

} // namespace berth::job
