// Which way a context goes, and what is remembered of it from build to build.
#pragma once

#include "berth/build/transport.hpp"
#include "berth/context/local_context.hpp"
#include "berth/store/builder_record.hpp"

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>

namespace berth::build {

class TransportChoice {
  public:
    // `memory`: a folder in the user's cache, one small file a context and builder. `wish`: `bind`
    // or `stream` (from BERTH_TRANSPORT), else what costs less.
    TransportChoice(const std::filesystem::path &memory, const std::string &container,
                    const std::string &context_key, std::string wish);

    // Must the files be known before the choice? Not when it was made before: then the list is not
    // needed at all (bind), or made while docker starts.
    bool needs_list() const { return past_.empty(); }

    std::unique_ptr<Transport> choose(const context::LocalContext &context,
                                      const store::NodeRecord &node,
                                      const std::string &endpoint) const;

    // Was this choice made without the list of files, and is wrong now that it is there?
    bool outgrown(const context::LocalContext &context) const;
    // Makes the next choose() go by the list.
    void forget() { past_.clear(); }
    // After a build that took so long: is the context small, so that the next one is streamed? A
    // bound one was not looked at; but where there are many files, no build is quick.
    void learn(const context::LocalContext &context, std::chrono::nanoseconds took) const;

  private:
    void note(const std::string &word) const;

    std::filesystem::path file_;
    // `bind`, `stream` (the engine did not see the folder), `small` (costs less to send), or empty
    std::string past_;
    std::string wish_;
};

} // namespace berth::build
