// SPDX-License-Identifier: Apache-2.0
#include "berth/job/context_source.hpp"

#include "berth/context/local_context.hpp"
#include "berth/job/contexts.hpp"
#include "berth/job/oci_layout.hpp"
#include "berth/session/upload.hpp"
#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"
#include "berth/util/url_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace berth::job {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t dockerfile_limit = 16u << 20;
constexpr std::size_t head_size = 1024; // enough to recognize an archive

std::string read_some(const Input &in, std::size_t size) {
    std::string text(size, '\0');
    std::size_t filled = 0;
    while (filled < size) {
        auto count = in(text.data() + filled, size - filled);
        if (count == 0)
            break;
        filled += count;
    }
    text.resize(filled);
    return text;
}

std::string read_dockerfile(const Input &in, std::string text) {
    text += read_some(in, dockerfile_limit + 1 - text.size());
    if (text.size() > dockerfile_limit)
        throw Error("failed to build: the Dockerfile on standard input has more than 16 MiB");
    if (text.empty())
        throw Error("failed to build: failed to read dockerfile: standard input is empty",
                    ExitCode::failure,
                    "write a Dockerfile, or an archive with one, to standard input");
    return text;
}

// A context without files, for a Dockerfile on standard input.
context::LocalContext empty_context() {
    context::LocalContext context;
    context.scratch = std::make_shared<ScratchFolder>("context");
    context.directory = context.scratch->path();
    context.place = "standard input";
    return context;
}

void take_dockerfile(context::LocalContext &context, std::string text) {
    context.from_input = true;
    context.file_name = "Dockerfile";
    context.dockerfile_files = {{context.file_name, std::move(text)}};
}

// Returns the bytes that were already read, then the rest.
Input preceded_by(std::string head, Input rest) {
    return [head = std::move(head), at = std::size_t{0},
            rest = std::move(rest)](char *buffer, std::size_t size) mutable {
        auto count = std::min(size, head.size() - at);
        if (count == 0)
            return rest(buffer, size);
        std::memcpy(buffer, head.data() + at, count);
        at += count;
        return count;
    };
}

context::LocalContext read_archive(std::string head, const Input &in, const std::string &file) {
    context::LocalContext context;
    context.kind = context::LocalContext::Kind::archive;
    context.place = "standard input";
    context.from_input = true;
    context.file_name = file.empty() ? "Dockerfile" : file;
    context.url = session::upload_address();
    context.archive = preceded_by(std::move(head), in);
    return context;
}

Error two_dockerfiles() {
    return usage_error("failed to build: ambiguous Dockerfile source: both stdin and flag "
                       "correspond to Dockerfiles",
                       "remove --file, or write an archive to standard input");
}

context::LocalContext read_input(const std::string &file, const Input &in) {
    if (file == "-")
        throw usage_error("failed to build: invalid argument: can't use stdin for both build "
                          "context and dockerfile");
    auto head = read_some(in, head_size);
    if (is_archive(head))
        return read_archive(std::move(head), in, file);
    if (!file.empty())
        throw two_dockerfiles();
    auto context = empty_context();
    take_dockerfile(context, read_dockerfile(in, std::move(head)));
    return context;
}

// Errors of a directory, as a build reports them.
template<class Read>
auto for_build(Read read) {
    try {
        return read();
    } catch (const Error &error) {
        throw Error(std::string("failed to build: ") + error.what(), error.code(), error.hint());
    }
}

context::LocalContext remote_context(const std::string &url, const std::string &file,
                                     const Input &in) {
    context::LocalContext context;
    context.kind = context::LocalContext::Kind::remote;
    context.url = url;
    context.place = "remote";
    context.file_name = file.empty() ? "Dockerfile" : file;
    if (file == "-") {
        take_dockerfile(context, read_dockerfile(in, {}));
    } else if (fs::path(file).is_absolute()) { // on the client, as in docker buildx
        context.dockerfile_directory = fs::path(file).parent_path();
        context.file_name = fs::path(file).filename().string();
    }
    return context;
}

} // namespace

bool is_archive(std::string_view head) {
    using namespace std::string_view_literals;
    static constexpr std::array magics = {"\x1f\x8b\x08"sv, "BZh"sv,
                                          "\xfd"
                                          "7zXZ\0"sv,
                                          "\x28\xb5\x2f\xfd"sv};
    for (auto magic : magics)
        if (head.starts_with(magic))
            return true;
    constexpr std::size_t header = 512, sum_at = 148, sum_size = 8;
    if (head.size() < header)
        return false;
    unsigned sum = 0;
    for (std::size_t i = 0; i < header; ++i)
        sum += i >= sum_at && i < sum_at + sum_size ? static_cast<unsigned>(' ')
                                                    : static_cast<unsigned char>(head[i]);
    unsigned written = 0;
    for (auto digit : trim(head.substr(sum_at, sum_size - 2))) {
        if (digit < '0' || digit > '7')
            return false;
        written = written * 8 + static_cast<unsigned>(digit - '0');
    }
    return written == sum;
}

context::LocalContext read_context(const std::string &path, const std::string &file,
                                   const Input &in) {
    if (context::is_remote_dockerfile(file)) // whatever it says
        return read_context_for({}, path, in);
    if (path == "-")
        return read_input(file, in);
    std::error_code ignored;
    if (is_remote_address(path) && !fs::is_directory(path, ignored))
        return remote_context(path, file, in);
    if (file != "-")
        return for_build([&] { return context::read_local_context_alone(path, file); });
    return read_context_for(read_dockerfile(in, {}), path, in);
}

context::LocalContext read_context_for(std::string dockerfile, const std::string &path,
                                       const Input &in) {
    context::LocalContext context;
    std::error_code ignored;
    if (path == "-") {
        auto head = read_some(in, head_size);
        if (!is_archive(head))
            throw two_dockerfiles();
        context = read_archive(std::move(head), in, "");
    } else if (is_remote_address(path) && !fs::is_directory(path, ignored)) {
        context = remote_context(path, "", in);
    } else {
        context = for_build([&path] { return context::read_named_directory(path); });
        context.place = context.directory.string();
    }
    take_dockerfile(context, std::move(dockerfile));
    return context;
}

std::map<std::string, context::LocalContext>
read_named_contexts(const std::vector<std::string> &values) {
    std::map<std::string, context::LocalContext> folders;
    for (const auto &text : values) {
        auto [name, value] = read_named_context(text);
        std::error_code ignored;
        if (value.starts_with("docker-image://") ||
            (is_remote_address(value) && !fs::is_directory(value, ignored)))
            continue;
        constexpr std::string_view layout = "oci-layout://";
        if (value.starts_with(layout)) {
            folders[name] = read_oci_layout(value.substr(layout.size()));
            continue;
        }
        if (!fs::is_directory(value, ignored))
            throw Error(fmt::format("failed to build: failed to get build context {}: stat {}: no "
                                    "such file or directory",
                                    printable(name), printable(value)),
                        ExitCode::failure,
                        "write a directory, an address, or docker-image://IMAGE");
        folders[name] =
            for_build([&value = value] { return context::read_named_directory(value); });
    }
    return folders;
}

} // namespace berth::job
