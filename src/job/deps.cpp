// SPDX-License-Identifier: Apache-2.0
#include "berth/job/deps.hpp"

#include "berth/job/contexts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string_view>

namespace berth::job {

namespace {

namespace fs = std::filesystem;

std::string target_of(const BuildOptions &options, const std::vector<Output> &outputs) {
    for (const auto *file : {&options.iid_file, &options.metadata_file})
        if (!file->empty())
            return *file;
    for (const auto &output : outputs)
        if (!output.destination.empty() && output.destination != "-")
            return output.destination;
    return options.deps_file;
}

std::string normal(const std::string &path) {
    return fs::path(path).lexically_normal().string();
}

// A directory as `directory/.`, since `directory` may be a target of the Makefile.
std::string folder_name(const fs::path &path) {
    auto name = path.lexically_normal().string();
    while (name.ends_with('/'))
        name.pop_back();
    return (name.empty() && path.is_relative() ? "." : name) + "/.";
}

void add_files(std::vector<std::string> &files, const context::LocalContext &context,
               const std::string &folder) {
    if (context.kind != context::LocalContext::Kind::directory || context.scratch != nullptr)
        return;
    files.push_back(
        folder_name(folder)); // its modification time changes when files are added or removed
    for (auto entry : context.manifest.entries) {
        auto path = fs::path(folder) / entry.path;
        if (entry.type == context::Entry::Type::file)
            files.push_back(normal(path.string()));
        else if (entry.type == context::Entry::Type::directory)
            files.push_back(folder_name(path));
    }
}

// A canonical name of the path; that of a directory ends with a slash.
std::string whole_name(const fs::path &path) {
    return fs::absolute(path).lexically_normal().string();
}

// The files that the build writes itself, and the directories they are in.
std::set<std::string> written(const BuildOptions &options, const std::vector<Output> &outputs) {
    std::set<std::string> names;
    auto add = [&](const std::string &file) {
        if (file.empty() || file == "-")
            return;
        auto whole = fs::path(whole_name(file));
        names.insert(
            {whole.string(), whole_name(whole / "."), whole_name(whole.parent_path() / ".")});
    };
    for (const auto *file : {&options.iid_file, &options.metadata_file, &options.deps_file})
        add(*file);
    for (const auto &output : outputs)
        add(output.destination);
    return names;
}

constexpr std::string_view unwritable = ";|&~\t\n\r\\*?[="; // `;` would begin a command
constexpr const char *removed = "berth-removed-file";

// A name as make reads it: with a backslash before spaces, # and :, and $ doubled. In a target, %
// also needs a backslash.
std::string make_name(const std::string &name, bool target = false) {
    std::string text;
    for (char c : name) {
        if (c == ' ' || c == '#' || c == ':' || (c == '%' && target))
            text += '\\';
        else if (c == '$')
            text += '$';
        text += c;
    }
    return text;
}

bool is_writable(const std::string &name) {
    return name.find_first_of(unwritable) == std::string::npos;
}

// For a name that make cannot write: a pattern that matches it (and perhaps others), or if no
// pattern does, a prerequisite that is never up to date.
std::string make_pattern(std::string name) {
    for (char &c : name)
        if (unwritable.find(c) != std::string_view::npos || c == ',' || c == '(' || c == ')')
            c = '?';
    auto pattern = make_name(name);
    return "$(if $(wildcard " + pattern + ")," + pattern + "," + removed + ")";
}

} // namespace

std::string make_rule(const BuildOptions &options, const std::vector<Output> &outputs,
                      const context::LocalContext &context,
                      const std::map<std::string, context::LocalContext> &named) {
    std::vector<std::string> files;
    if (!context.from_input && context.kind == context::LocalContext::Kind::directory) {
        auto folder =
            options.file.empty() ? fs::path(options.context) : fs::path(options.file).parent_path();
        for (const auto &[name, content] : context.dockerfile_files)
            files.push_back(normal((folder / name).string()));
    }
    add_files(files, context, options.context);
    for (const auto &text : options.build_contexts) {
        auto [name, value] = read_named_context(text);
        if (auto folder = named.find(name); folder != named.end())
            add_files(files, folder->second, value);
    }
    std::sort(files.begin(), files.end());
    files.erase(std::unique(files.begin(), files.end()), files.end());
    auto target = target_of(options, outputs);
    // Files that the build writes into its own context do not trigger another build.
    auto own = written(options, outputs);
    std::erase_if(files, [&](const auto &file) { return own.contains(whole_name(file)); });
    auto rule = make_name(target, true) + ":";
    for (const auto &file : files)
        rule += " \\\n  " + (is_writable(file) ? make_name(file) : make_pattern(file));
    rule += "\n";
    for (const auto &file : files)
        if (is_writable(file))
            rule += "\n" + make_name(file, true) + ":\n";
    if (!std::all_of(files.begin(), files.end(), is_writable))
        rule += fmt::format("\n.PHONY: {}\n", removed);
    return rule;
}

} // namespace berth::job
