// What the environment adds to caches, and their credentials, which must not be words of a command:
// buildctl reads those of type=gha in its environment, where the build's memory folder brings them.
#pragma once

#include "berth/build/local_cache.hpp"
#include "berth/util/environment.hpp"

#include <map>
#include <string>

namespace berth::build {

struct CacheCredentials {
    CacheOptions caches;                               // without secrets
    std::map<std::string, std::string> variables = {}; // for buildctl
    std::string warnings = {};
};

// type=gha: its address and token from the flag or GitHub's variables (ACTIONS_…), and none at all
// outside of GitHub, as docker buildx does it. The keys of type=s3 and azblob are the builder's own
// matter: buildctl takes them as words alone, so that one in the flag is an Error, and AWS's
// variables are told of in the warnings.
CacheCredentials take_cache_credentials(CacheOptions caches, const Environment &environment);

// A shell script that exports the variables.
std::string export_script(const std::map<std::string, std::string> &variables);

} // namespace berth::build
