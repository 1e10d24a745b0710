// Which way a build's results come out of the builder. What stays there or goes to a registry needs
// none. Of what comes to this side:
//   - an image for the engine that is alone stays in the builder first, so that only the layers
//   that
//     the engine lacks are sent (image_load);
//   - another output that is alone streams on buildctl's standard output while it is made;
//   - several, or a cache of type=local, are made in a folder in the builder (staging), and come on
//     standard output one after the other when the build has worked (remote.sh, StagedOutputs).
#pragma once

#include "berth/build/deliver.hpp"
#include "berth/build/local_cache.hpp"
#include "berth/build/options.hpp"
#include "berth/build/output.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace berth::build {

struct OutputPlan {
    std::vector<Output> outputs;    // all that were asked for
    std::vector<Output> to_client;  // those that come to this side, but for an incremental load
    std::vector<CacheEntry> caches; // those that come to this side
    bool incremental_load = false;
    bool fetching = false; // an export that goes nowhere, for BuildKit to fetch all layers
    bool staged = false;
};

// Is there one image for the engine and nothing else, so that what the engine lacks is enough?
bool loads_incrementally(const std::vector<Output> &outputs);

OutputPlan plan_outputs(std::vector<Output> outputs, const CacheOptions &caches);
// The same build with its image exported whole; `as_layout`: see Output.
OutputPlan without_incremental_load(OutputPlan plan, bool as_layout);

// The same build, exported to nowhere: BuildKit does not fetch the layers of an image that a build
// only adds settings to, until they are exported.
OutputPlan fetching(OutputPlan plan);

// buildctl's words; `staging` is the folder in the builder.
std::vector<std::string> output_arguments(const OutputPlan &plan,
                                          const std::vector<std::string> &tags,
                                          const std::string &staging);

// The name of the output of that number in the staging folder: names sort like numbers.
std::string output_name(std::size_t number);

// What a build writes to standard output, on its way to its destinations.
class PlanSink {
  public:
    // Throws before anything is built when a destination cannot be written.
    PlanSink(const OutputPlan &plan, const docker::Docker &docker, std::ostream &out,
             bool out_is_terminal);

    bool any() const { return !sinks_.empty(); }
    void write(std::string_view bytes);
    // Everything came: makes all of it final. Throws Error when something did not come.
    void commit();

  private:
    void write_staged(std::string_view bytes);

    bool staged_;
    std::vector<std::unique_ptr<Sink>> sinks_;
    // Staged outputs come one after the other: a line with the size in bytes, then the bytes.
    std::size_t current_ = 0;
    std::string size_line_;
    std::uint64_t left_ = 0;
    bool in_body_ = false;
};

} // namespace berth::build
