// SPDX-License-Identifier: Apache-2.0
// The builds of all units, and what each of them needs: a place in the display, and for a part of a
// target its share of the target.
#pragma once

#include "berth/progress/shared_display.hpp"
#include "berth/util/file.hpp"

#include "input_copies.hpp"
#include "target_build.hpp"
#include "target_units.hpp"

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace berth::job {

class UnitBuilds {
  public:
    // `nodes`: as units number them. All must outlive it.
    UnitBuilds(const std::vector<BuildSetting> &nodes, const std::vector<NamedTarget> &targets,
               const std::vector<Unit> &units, BuildCommons &commons,
               progress::SharedDisplay &shared, progress::Display &display);

    // Makes the build of the next unit, and reads and checks what the target's options name. Throws
    // Error.
    void read_next(bool wants_metadata);
    // Makes one image of the parts of a target when the last one has ended and all worked; `place`
    // is that of a unit that has ended. Throws Error.
    void join_parts(std::size_t place);
    // No more steps come from that unit.
    void finish(std::size_t place);
    // Notes all builds in the store, and writes the files that the targets' options name.
    // `warnings`: for their metadata; `group` is the ID of the bake, if any. `reported` is called
    // for each unit that had worked until then.
    void report(const std::vector<progress::VertexWarning> &warnings, const std::string &group,
                const std::function<void(std::size_t)> &reported);

    std::size_t size() const { return builds_.size(); }
    TargetBuild &operator[](std::size_t place) { return *builds_[place]; }
    const TargetBuild &operator[](std::size_t place) const { return *builds_[place]; }
    auto begin() const { return builds_.begin(); }
    auto end() const { return builds_.end(); }
    // Of each target.
    std::vector<TargetOutcome> outcomes() const;

  private:
    void add(const Unit &unit);
    void note(TargetBuild &build, const std::string &group);
    BuildPart part_of(const Unit &unit);
    const BuildSetting &with_input(const BuildSetting &setting, const BuildOptions &options);

    const std::vector<BuildSetting> &nodes_;
    const std::vector<NamedTarget> &targets_;
    const std::vector<Unit> &units_;
    BuildCommons &commons_;
    progress::SharedDisplay &shared_;
    progress::Display &display_;
    std::optional<ScratchFolder> scratch_;
    std::optional<InputCopies> input_;
    std::map<std::size_t, std::string> refs_; // of targets with parts
    std::deque<BuildSetting> settings_;       // with an input of their own
    std::vector<std::unique_ptr<progress::SharedDisplay::Part>> drawn_;
    std::vector<std::unique_ptr<TargetBuild>> builds_;
    std::mutex mutex_;
    std::vector<std::size_t> left_; // of each target the parts that have not ended
};

} // namespace berth::job
