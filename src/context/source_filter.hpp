// SPDX-License-Identifier: Apache-2.0
// A compiled SourceFilter, which decides on paths while descending a tree.
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
    // Whether an entry inside the directory, given its decision, could be included.
    bool may_include_below(std::string_view directory, const Decision &decision) const;

  private:
    IgnorePatterns include_, exclude_; // an empty include_ includes everything
};

} // namespace berth::context
