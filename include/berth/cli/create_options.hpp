// SPDX-License-Identifier: Apache-2.0
// The options of `create`, also for `ensure` and builders.toml, and the creation itself.
#pragma once

#include "berth/args/options.hpp"
#include "berth/builder/create.hpp"
#include "berth/cli/context.hpp"

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

namespace berth::cli {

struct CreateOptions {
    builder::CreateRequest request;
    std::vector<std::string> arguments; // the endpoint
    std::string driver = {};            // empty: docker-container, or remote with BUILDKIT_HOST
    std::chrono::nanoseconds timeout = std::chrono::seconds(20);
    bool use = false, bootstrap = false, inherit_proxy = false;
};

// All options except --append and --leave, which change an existing builder.
void add_create_flags(args::Command &app, CreateOptions &options);

// The request with its endpoint, proxies and default configuration. Throws a usage error for bad
// values; changes nothing.
builder::CreateRequest complete_request(const Context &context, const CreateOptions &options);
// The default configuration of new builders, at docker buildx's path. Empty if it does not exist.
std::filesystem::path default_config_file(const Context &context);
// --timeout; zero or less is no limit.
std::chrono::milliseconds boot_timeout(const CreateOptions &options);

// Plans and stores the builder or node, boots it with --bootstrap, makes it the current one with
// --use. On failure it removes what it created and restores the store.
store::BuilderRecord create_builder(Context &context, const CreateOptions &options);
void use_builder(Context &context, const std::string &name);

} // namespace berth::cli
