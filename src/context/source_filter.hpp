// SPDX-License-Identifier: Apache-2.0
// A SourceFilter, compiled: which paths it lets through, asked while going down a tree.
#pragma once

#include "berth/context/source_walk.hpp"

namespace berth::context {

class CompiledFilter {
  public:
    CompiledFilter(const std::filesystem::path &root, const SourceFilter &filter);

    struct Decision {
        IgnorePatterns::Decision include, exclude;
        bool included = false;
    };
    Decision root() const { return {include_.root(), exclude_.root(), false}; }
    Decision decide(std::string_view path, const Decision &parent) const;
    // Whether something inside the directory, for which that was decided, could be let through.
    bool may_include_below(std::string_view directory, const Decision &decision) const;

  private:
    IgnorePatterns include_, exclude_; // an empty include_ includes everything
};

} // namespace berth::context
