// --secret and --ssh: what the client has and the builder is to have in its memory while it builds.
#pragma once

#include "berth/build/ssh_sources.hpp"
#include "berth/util/environment.hpp"

#include <map>
#include <string>
#include <vector>

namespace berth::build {

struct Secret {
    std::string id;
    std::string file;                     // its name in the builder's memory folder
    std::string path = {}, variable = {}; // where it came from: one of them
    std::string content = {};
    bool ssh = false; // a private key

    // A command for a shell that prints it: `cat FILE`, `printf %s "$VAR"`.
    std::string shell_source() const;
};

// `--secret id=ID[,src=FILE][,env=VAR][,type=file|env]` in the forms of docker buildx 0.29.1: an id
// alone is the variable of that name, else the file; and the keys of `ssh`. Reads them. Throws an
// Error that names the flag's value.
std::vector<Secret> read_secrets(const std::vector<std::string> &secrets,
                                 const std::vector<SshSource> &ssh, const Environment &environment);

// buildctl's words for them.
std::vector<std::string> secret_arguments(const std::vector<Secret> &secrets,
                                          const std::string &folder);

// The tar archive that makes the memory folder: secrets, with `credentials` the helper that asks
// this client, and other files by name. Empty when there is nothing.
std::string memory_archive(const std::vector<Secret> &secrets, bool credentials,
                           const std::map<std::string, std::string> &files = {});

} // namespace berth::build
