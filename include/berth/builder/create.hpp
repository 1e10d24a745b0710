// SPDX-License-Identifier: Apache-2.0
// `create` as a change of the builder store: which record results from the flags and what was
// there; nothing is stored or started here.
#pragma once

#include "berth/builder/config_files.hpp"
#include "berth/store/builder_record.hpp"
#include "berth/store/store.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace berth::builder {

struct CreateRequest {
    std::string name = {}; // empty: one is made up
    std::string node = {};
    std::string driver = "docker-container"; // or remote
    bool append = false, leave = false;
    std::string endpoint = {};                       // resolved: a docker context's name or a host
    bool endpoint_given = false;                     // on the command line
    std::vector<std::string> driver_options = {};    // as given
    std::vector<std::string> environment = {};       // KEY=VALUE of the container, verbatim
    std::map<std::string, std::string> proxies = {}; // of the container too, where not set above
    std::vector<std::string> run_arguments = {};     // of `docker run`, as they are
    std::vector<std::string> platforms = {};         // as given
    std::string flags = {};                          // of buildkitd, as given
    ConfigRequest config = {};
};

// A node as the flags alone say it. Throws a usage error for a bad value.
store::NodeRecord plan_node(const CreateRequest &request, std::string name);

// Throws a usage error with docker buildx's words when the flags do not go with what is there, or
// have a bad value.
store::BuilderRecord plan_create(const CreateRequest &request, const store::Store &store);

// "brave_anchor": two words, not taken in the store.
std::string generated_name(const store::Store &store);

// Words of a shell: quotes and backslashes, nothing else. Throws a usage error when a quote is
// open.
std::vector<std::string> split_words(const std::string &text);

} // namespace berth::builder
