// SPDX-License-Identifier: Apache-2.0
// A build context: its location, its Dockerfile, and its files after .dockerignore.
#pragma once

#include "berth/context/context_tree.hpp"
#include "berth/util/file.hpp"

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>

namespace berth::context {

struct LocalContext {
    enum class Kind {
        directory,
        remote,  // `url`, which BuildKit fetches
        archive, // read from `archive`, once; `url` represents it
    };
    Kind kind = Kind::directory;
    std::filesystem::path directory; // absolute
    std::string url = {};
    // Fills the buffer with the next bytes of a tar archive; 0 at its end.
    std::function<std::size_t(char *buffer, std::size_t size)> archive = {};
    // Identifies the context across builds: the path of the directory, or a substitute.
    std::string place = {};
    // TAG@DIGEST: the directory is an OCI layout, and the context is that image (oci_layout.hpp).
    std::string layout = {};
    bool from_input = false; // the context or its Dockerfile is standard input
    std::shared_ptr<const ScratchFolder> scratch = {}; // owns a temporary `directory`
    Manifest manifest = {};
    bool listed = true; // whether `manifest` is filled, see list_files()
    // The client's directory that contains the Dockerfile, if any.
    std::filesystem::path dockerfile_directory;
    std::string file_name; // of the Dockerfile in there
    // Files that the frontend reads besides the context, by name: the Dockerfile and its own
    // <Dockerfile>.dockerignore, if it exists.
    std::map<std::string, std::string> dockerfile_files;

    // The rules that exclude files, and the name of their file.
    IgnorePatterns ignore = {};
    std::string ignore_file = {};
    std::vector<std::string> always = {}; // paths that it never excludes
};

// Whether --file is an address (http:// or https://), from which BuildKit fetches it.
bool is_remote_dockerfile(const std::string &file);

// `path` and `file` as given on the command line (`file` empty: path/Dockerfile). The ignore file
// is <Dockerfile>.dockerignore, else .dockerignore of the context
// (https://docs.docker.com/build/concepts/context/#filename-and-location). Throws Error with
// docker's message when the directory or the Dockerfile is missing or of the wrong kind.
LocalContext read_local_context(const std::string &path, const std::string &file);

// The same without walking the directory; list_files() does that later.
LocalContext read_local_context_alone(const std::string &path, const std::string &file);
// Walks the directory, unless that is done.
void list_files(LocalContext &context);

// A named context: no Dockerfile. list_files() reads its .dockerignore and lists it.
LocalContext read_named_directory(const std::string &path);

// The key of a context of this client, under which BuildKit keeps and updates a copy of the
// directory. A hash, to keep the path private.
std::string context_key(const std::string &client_id, const std::string &place);

} // namespace berth::context
