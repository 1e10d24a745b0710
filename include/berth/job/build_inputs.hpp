// SPDX-License-Identifier: Apache-2.0
// The inputs of a build, read and checked before any docker command: contexts, secrets, caches,
// outputs.
#pragma once

#include "berth/context/local_context.hpp"
#include "berth/image/image_store.hpp"
#include "berth/job/build_commons.hpp"
#include "berth/job/build_setting.hpp"
#include "berth/job/frontend.hpp"
#include "berth/job/git_info.hpp"
#include "berth/job/local_cache.hpp"
#include "berth/job/options.hpp"
#include "berth/job/output.hpp"
#include "berth/job/provenance_metadata.hpp"
#include "berth/job/secrets.hpp"
#include "berth/job/ssh_sources.hpp"

#include "buildkit/source_policy.pb.h"

#include <future>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace berth::job {

struct BuildInputs {
    std::vector<Output> outputs = {};
    std::vector<std::string> tags = {}; // of images without a name of their own
    bool incremental_load = false;      // loads_incrementally(outputs)
    Frontend frontend = {};
    SolveCaches caches = {};
    context::LocalContext context = {};
    std::map<std::string, context::LocalContext> named = {};
    std::vector<SshSource> ssh = {};
    std::vector<Secret> secrets = {};
    std::optional<moby::buildkit::v1::sourcepolicy::Policy> source_policy = {};
    ProvenanceMode provenance = ProvenanceMode::disabled; // in the metadata file
    std::string warnings = {};                            // lines
    std::future<GitInfo> git = {};                        // see add_git_info()
};

// Throws Error for an invalid flag, file or directory. Queries the image store of the engine if an
// output depends on it. git runs meanwhile, and may take longer; `setting` must outlive its result.
BuildInputs read_inputs(const BuildSetting &setting, const BuildOptions &options,
                        BuildCommons &commons);

// Waits for git, once, and adds its results to the frontend's attributes and the warnings.
void add_git_info(BuildInputs &inputs);

} // namespace berth::job
