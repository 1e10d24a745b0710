// A build context that is a local directory: its Dockerfile, what .dockerignore leaves of it, and
// the names it goes by in the builder.
#pragma once

#include "berth/build/context_tree.hpp"

#include <filesystem>
#include <map>
#include <string>

namespace berth::build {

struct LocalContext {
    std::filesystem::path directory; // absolute
    Manifest manifest;
    std::filesystem::path dockerfile_directory;
    std::string file_name; // of the Dockerfile in there
    // What the frontend reads beside the context: the Dockerfile and, when there is one, its own
    // <Dockerfile>.dockerignore, by name.
    std::map<std::string, std::string> dockerfile_files;

    // Names the content: two contexts with the same id build the same.
    std::string id() const;
};

// `path` and `file` as given on the command line (`file` empty: path/Dockerfile). The ignore file
// is <Dockerfile>.dockerignore, else .dockerignore of the context
// (https://docs.docker.com/build/concepts/context/#filename-and-location). Throws Error with
// docker's words when the folder or the Dockerfile is missing or of the wrong kind.
LocalContext read_local_context(const std::string &path, const std::string &file);

// The folder's name in a builder's state volume: a hash of this client's id and the folder's path.
std::string context_key(const std::string &client_id, const std::filesystem::path &directory);

} // namespace berth::build
