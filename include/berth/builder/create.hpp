// SPDX-License-Identifier: Apache-2.0
// `create` as a change of the builder store: the record that results from the flags and the stored
// builder. Nothing is stored or started here.
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
    std::string name = {}; // empty: generated
    std::string node = {};
    std::string driver = "docker-container"; // or remote
    bool append = false, leave = false;
    std::string endpoint = {};                       // resolved: a docker context's name or a host
    bool endpoint_given = false;                     // on the command line
    std::vector<std::string> driver_options = {};    // as given
    std::vector<std::string> environment = {};       // KEY=VALUE of the container, verbatim
    std::map<std::string, std::string> proxies = {}; // also of the container, unless set above
    std::vector<std::string> run_arguments = {};     // of `docker run`, unchanged
    std::vector<std::string> platforms = {};         // as given
    std::string flags = {};                          // of buildkitd, as given
    ConfigRequest config = {};
};

// A node from only the flags. Throws a usage error for an invalid value.
store::NodeRecord plan_node(const CreateRequest &request, std::string name);

// Throws a usage error with docker buildx's message if the flags do not fit the stored builder, or
// have a bad value.
store::BuilderRecord plan_create(const CreateRequest &request, const store::Store &store);

// "brave_anchor": two words, unused in the store.
std::string generated_name(const store::Store &store);

// Splits shell words: quotes and backslashes, nothing else. Throws a usage error for an unclosed
// quote.
std::vector<std::string> split_words(const std::string &text);

} // namespace berth::builder
