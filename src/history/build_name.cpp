// SPDX-License-Identifier: Apache-2.0
#include "berth/history/build_name.hpp"

#include "berth/util/url_text.hpp"

#include "git_address.hpp"

#include <filesystem>

namespace berth::history {
namespace {

namespace fs = std::filesystem;

std::string attribute(const Attributes &attributes, const std::string &name) {
    auto found = attributes.find(name);
    return found == attributes.end() ? "" : found->second;
}

// As Go's path.Join.
std::string join_paths(const std::string &left, const std::string &right) {
    auto path = (right.empty() ? fs::path(left) : fs::path(left + "/" + right)).lexically_normal();
    auto text = path.string();
    while (text.size() > 1 && text.ends_with('/'))
        text.pop_back();
    return text;
}

std::string last_part(const std::string &path) {
    return path.substr(path.rfind('/') + 1); // npos + 1 is 0
}

struct Paths {
    std::string local, dockerfile;
};

Paths paths_of(const Attributes &attributes, const std::optional<store::BuildRef> &noted) {
    Paths paths;
    if (auto file = attribute(attributes, "filename"); file != "Dockerfile")
        paths.dockerfile = file;
    auto directory = attribute(attributes, "vcs:localdir:dockerfile");
    if (!directory.empty() && directory != ".")
        paths.dockerfile = join_paths(directory, paths.dockerfile);
    if (!noted || is_remote_address(noted->local_path))
        return paths;
    if (noted->local_path != "-")
        paths.local = noted->local_path;
    const auto &file = noted->dockerfile_path;
    if (!file.empty() && file != "-" && file != "Dockerfile")
        paths.dockerfile = file;
    return paths;
}

std::string name_of_paths(Paths paths) {
    constexpr std::string_view default_name = "/Dockerfile";
    bool usual = paths.dockerfile.ends_with(default_name) || paths.dockerfile.empty();
    if (paths.dockerfile.ends_with(default_name))
        paths.dockerfile.resize(paths.dockerfile.size() - default_name.size());
    if (paths.dockerfile.starts_with(paths.local) && paths.dockerfile.size() > paths.local.size())
        return paths.dockerfile.substr(paths.local.rfind('/') + 1);
    auto path = paths.dockerfile.empty() ? paths.local : paths.dockerfile;
    if (path.empty() || usual)
        return last_part(path);
    auto slash = path.rfind('/');
    auto parent = slash == std::string::npos ? path : path.substr(0, slash);
    return join_paths(parent.empty() ? "." : last_part(parent), last_part(path));
}

} // namespace

std::string build_name(const Attributes &attributes, const std::optional<store::BuildRef> &noted) {
    if (auto given = attribute(attributes, "build-arg:BUILDKIT_BUILD_NAME"); !given.empty())
        return given;
    auto context = attribute(attributes, "context");
    if (!attributes.contains("context") && attribute(attributes, "vcs:localdir:context") != ".")
        context = attribute(attributes, "vcs:localdir:context");
    auto name = context.empty() ? name_of_paths(paths_of(attributes, noted)) : context;
    if (auto target = attribute(attributes, "target"); !target.empty())
        name = name.empty() ? target : name + " (" + target + ")";
    if (!name.empty())
        return name;
    if (attributes.contains("vcs:source"))
        return with_fragment(attribute(attributes, "vcs:source"));
    auto input = attribute(attributes, "input:context");
    return is_git_address(input) ? with_fragment(input) : "";
}

} // namespace berth::history
