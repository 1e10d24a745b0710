// SPDX-License-Identifier: Apache-2.0
#include "berth/bake/files.hpp"

#include "berth/util/error.hpp"
#include "berth/util/file.hpp"
#include "berth/util/strings.hpp"

#include "schemes.hpp"

#include <fmt/format.h>

#include <filesystem>

namespace berth::bake {

namespace {

constexpr std::size_t largest = std::size_t(16) << 20;

constexpr const char *usual_names[] = {
    "compose.yaml",     "compose.yml",     "docker-compose.yml",        "docker-compose.yaml",
    "docker-bake.json", "docker-bake.hcl", "docker-bake.override.json", "docker-bake.override.hcl"};

Strings names_in(const Environment &environment) {
    auto text = environment.find("BUILDX_BAKE_FILE");
    if (!text)
        return {};
    auto separator = environment.get("BUILDX_BAKE_PATH_SEPARATOR", ":");
    Strings names;
    for (std::size_t begin = 0; begin <= text->size();) {
        auto end = std::min(text->find(separator, begin), text->size());
        std::string name(trim(std::string_view(*text).substr(begin, end - begin)));
        begin = end + separator.size();
        std::error_code error;
        if (name.empty())
            continue;
        if (name != "-" && !std::filesystem::exists(name, error))
            throw Error(fmt::format("stat {}: no such file or directory", printable(name)),
                        ExitCode::failure, "BUILDX_BAKE_FILE names it");
        names.push_back(name);
    }
    return names;
}

// `special`: `read` for what the user has named, such as <(make definition).
SourceFile read_named(std::string name, const FileReader &reader, Special special) {
    if (name.starts_with(local_scheme))
        name = name.substr(local_scheme.size());
    bool standard_input = name == "-";
    auto tell = [&](std::optional<std::size_t> size) {
        if (reader.reading)
            reader.reading(standard_input ? "reading from stdin" : "reading " + name, size);
    };
    tell({});
    auto text =
        standard_input ? reader.standard_input() : read_file_if_exists(name, largest, special);
    tell(text ? text->size() : 0);
    if (!text)
        throw Error(fmt::format("open {}: no such file or directory", printable(name)));
    return {.name = name, .text = std::move(*text)};
}

} // namespace

Strings file_names(const Strings &given, const Environment &environment) {
    return given.empty() ? names_in(environment) : given;
}

SortedNames sort_names(const Strings &names) {
    SortedNames sorted;
    for (const auto &name : names)
        (name.starts_with(local_scheme) ? sorted.local : sorted.remote).push_back(name);
    return sorted;
}

Strings usual_file_names() {
    return {std::begin(usual_names), std::end(usual_names)};
}

std::vector<SourceFile> read_files(const Strings &names, const FileReader &reader) {
    std::vector<SourceFile> files;
    for (const auto &name : names)
        files.push_back(read_named(name, reader, Special::read));
    if (names.empty())
        for (const auto *name : usual_names)
            if (std::error_code error; std::filesystem::exists(name, error))
                files.push_back(read_named(name, reader, Special::refuse));
    std::erase_if(files,
                  [](const SourceFile &file) { return file.text.empty() && file.name != "-"; });
    check_found(files);
    return files;
}

void check_found(const std::vector<SourceFile> &files) {
    if (files.empty())
        throw Error("couldn't find a bake definition", ExitCode::failure,
                    "`berth bake -f FILE` names a file; docker-bake.hcl and compose.yaml are found "
                    "by themselves");
}

bool relative_paths(const Environment &environment) {
    std::string text(trim(environment.get("BUILDX_BAKE_FILE_RELATIVE_PATHS")));
    if (text.empty())
        return false;
    auto enabled = parse_bool(text);
    if (!enabled)
        throw Error(fmt::format("failed to parse BUILDX_BAKE_FILE_RELATIVE_PATHS value \"{}\": "
                                "strconv.ParseBool: parsing \"{}\": invalid syntax",
                                printable(text), printable(text)));
    return *enabled;
}

} // namespace berth::bake
