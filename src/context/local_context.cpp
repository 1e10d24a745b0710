// SPDX-License-Identifier: Apache-2.0
#include "berth/context/local_context.hpp"

#include "berth/util/encoding.hpp"
#include "berth/util/error.hpp"
#include "berth/util/file.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

namespace berth::context {

namespace {

namespace fs = std::filesystem;

// Dockerfiles are written by hand; a larger file is a mistake.
constexpr std::size_t dockerfile_limit = 16u << 20;

fs::path existing_directory(const std::string &path) {
    std::error_code ignored;
    if (path.empty() || !fs::exists(path, ignored))
        throw Error(
            fmt::format("unable to prepare context: path \"{}\" not found", printable(path)),
            ExitCode::failure, "write the path of the directory with the Dockerfile");
    if (!fs::is_directory(path, ignored))
        throw Error(
            fmt::format("unable to prepare context: \"{}\" is not a directory", printable(path)),
            ExitCode::failure,
            "write the path of a directory, and name the Dockerfile with --file");
    auto directory = fs::canonical(path, ignored);
    if (ignored)
        throw Error(
            fmt::format("unable to prepare context: {}: {}", printable(path), ignored.message()));
    return directory;
}

std::string read_dockerfile(const fs::path &file, const std::string &as_given, Special special) {
    std::error_code ignored;
    if (fs::is_directory(file, ignored))
        throw Error(
            fmt::format("failed to read dockerfile: {} is a directory", printable(as_given)),
            ExitCode::failure, "name a file with --file");
    auto content = read_file_if_exists(file, dockerfile_limit, special);
    if (!content)
        throw Error(fmt::format("failed to read dockerfile: open {}: no such file or "
                                "directory",
                                printable(as_given)),
                    ExitCode::failure, "name another file with --file");
    return *std::move(content);
}

// Like BuildKit's clients, uses `dockerfile` if `Dockerfile` does not exist.
fs::path lower_case_if_that_exists(const fs::path &file) {
    std::error_code ignored;
    auto other = file.parent_path() / "dockerfile";
    bool wanted = file.filename() == "Dockerfile" && !fs::exists(file, ignored);
    return wanted && fs::exists(other, ignored) ? other : file;
}

// For a named context. BuildKit reads the file itself, if a step uses the context.
void read_ignore_file(LocalContext &context) {
    context.ignore_file = ".dockerignore";
    auto text = read_file_if_exists(context.directory / context.ignore_file, dockerfile_limit);
    if (!text)
        return;
    context.ignore = IgnorePatterns::parse(*text, context.ignore_file);
    context.always.push_back(context.ignore_file);
}

} // namespace

bool is_remote_dockerfile(const std::string &file) {
    return file.starts_with("http://") || file.starts_with("https://");
}

void list_files(LocalContext &context) {
    if (context.listed)
        return;
    if (context.ignore_file.empty())
        read_ignore_file(context);
    context.manifest = scan(context.directory, context.ignore, context.always);
    context.listed = true;
}

LocalContext read_local_context(const std::string &path, const std::string &file) {
    auto context = read_local_context_alone(path, file);
    list_files(context);
    return context;
}

LocalContext read_local_context_alone(const std::string &path, const std::string &file) {
    LocalContext context;
    context.directory = existing_directory(path);
    context.place = context.directory.string();
    auto as_given = file.empty() ? "Dockerfile" : file;
    bool remote = is_remote_dockerfile(file); // of any form; it has no directory
    auto dockerfile =
        file.empty() || remote ? context.directory / "Dockerfile" : fs::absolute(file);
    if (!remote)
        dockerfile = lower_case_if_that_exists(dockerfile);
    context.dockerfile_directory = dockerfile.parent_path();
    context.file_name = dockerfile.filename().string();
    if (!remote)
        context.dockerfile_files[context.file_name] =
            read_dockerfile(dockerfile, as_given, file.empty() ? Special::refuse : Special::read);

    auto own_name = context.file_name + ".dockerignore";
    auto own = remote ? std::nullopt
                      : read_file_if_exists(dockerfile.parent_path() / own_name, dockerfile_limit);
    auto common = own ? std::nullopt
                      : read_file_if_exists(context.directory / ".dockerignore", dockerfile_limit);
    context.ignore_file = own ? own_name : ".dockerignore";
    if (own || common)
        context.ignore = IgnorePatterns::parse(own ? *own : *common, context.ignore_file);
    if (own)
        context.dockerfile_files[own_name] = *std::move(own);

    // The frontend reads .dockerignore from the context, even if the file excludes itself.
    if (common)
        context.always.emplace_back(".dockerignore");
    context.listed = false;
    return context;
}

LocalContext read_named_directory(const std::string &path) {
    LocalContext context;
    context.directory = existing_directory(path);
    context.place = "named " + context.directory.string();
    context.listed = false;
    return context;
}

std::string context_key(const std::string &client_id, const std::string &place) {
    return sha256_hex(client_id + "\n" + place).substr(0, 24);
}

} // namespace berth::context
