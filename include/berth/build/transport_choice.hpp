// Which way a context goes, and what is remembered of it from build to build.
#pragma once

#include "berth/build/local_context.hpp"
#include "berth/build/transport.hpp"
#include "berth/store/builder_record.hpp"

#include <filesystem>
#include <memory>
#include <string>

namespace berth::build {

class TransportChoice {
  public:
    // `memory`: a folder in the user's cache, one small file a context and builder. `wish`: `bind`
    // or `stream` (from BERTH_TRANSPORT), else what costs less.
    TransportChoice(std::filesystem::path memory, const std::string &container,
                    const std::string &context_key, std::string wish);

    // A context that was bound last time needs no list of its files.
    bool needs_list() const { return past_ != "bind"; }

    std::unique_ptr<Transport> choose(const LocalContext &context, const store::NodeRecord &node,
                                      const std::string &endpoint) const;

  private:
    void note(const std::string &word) const;

    std::filesystem::path file_;
    std::string past_; // `bind`, `stream` (the engine did not see the folder), or empty
    std::string wish_;
};

} // namespace berth::build
