// SPDX-License-Identifier: Apache-2.0
#include "berth/job/git_info.hpp"

#include "berth/context/local_context.hpp"
#include "berth/job/contexts.hpp"
#include "berth/util/strings.hpp"

#include "redaction.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace berth::job {

namespace {

namespace fs = std::filesystem;

process::Command git(const fs::path &folder, std::vector<std::string> words) {
    // A repository's configuration may name programs; building an untrusted context must not run
    // them.
    std::vector<std::string> argv = {"git",
                                     "-C",
                                     folder.string(),
                                     "-c",
                                     "core.fsmonitor=false",
                                     "-c",
                                     "core.hooksPath=/dev/null"};
    argv.insert(argv.end(), std::make_move_iterator(words.begin()),
                std::make_move_iterator(words.end()));
    // Never waits for the user, or for the lock of another git.
    return {.argv = std::move(argv),
            .effect = process::Effect::query,
            .timeout = std::chrono::seconds(30),
            .environment = {{"LC_ALL", "C"}, {"GIT_OPTIONAL_LOCKS", "0"}}};
}

// Arguments that switch the filters of the repository's own configuration off: `git status` runs
// them. Those of the user's configuration (git-lfs, say) stay.
std::vector<std::string> without_filters(process::Runner &runner, const fs::path &folder) {
    std::vector<std::string> words;
    for (const auto *scope : {"--local", "--worktree"}) {
        auto told = runner.run(git(folder, {"config", scope, "--includes", "--null", "--name-only",
                                            "--get-regexp", "^filter\\."}));
        for (const auto &key : split(told.out, '\0'))
            if (key.ends_with(".required"))
                words.insert(words.end(), {"-c", key + "=false"});
            else if (!key.empty())
                words.insert(words.end(), {"-c", key + "="});
    }
    return words;
}

// Not into submodules: these have configurations of their own.
process::Command git_status(process::Runner &runner, const fs::path &folder) {
    auto words = without_filters(runner, folder);
    words.insert(words.end(), {"status", "--porcelain", "--ignored", "--ignore-submodules=dirty"});
    return git(folder, std::move(words));
}

bool is_commit(std::string_view text) {
    return (text.size() == 40 || text.size() == 64) &&
           text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

// The remote that the branch follows; empty: none.
std::string followed_remote(const std::string &branches) {
    for (const auto &line : split(branches, '\n'))
        if (line.starts_with("* "))
            return std::string(trim(std::string_view(line).substr(2)));
    return {};
}

// The directory relative to `root` in docker buildx's form ("." for the root itself); empty if it
// is elsewhere.
std::string below(const fs::path &root, const fs::path &folder) {
    auto path = folder.lexically_relative(root).string();
    return path.starts_with("..") ? "" : path;
}

// Also accepts BUILDX_GIT_LABELS=full, the older form.
bool wants_labels(const Environment &environment) {
    return environment.get("BUILDX_GIT_LABELS") == "full" || environment.flag("BUILDX_GIT_LABELS");
}

bool wants_provenance(const Environment &environment) {
    return parse_bool(environment.get("BUILDX_GIT_INFO")).value_or(true);
}

std::string remote_address(process::Runner &runner, const fs::path &directory,
                           const std::string &branches) {
    for (const auto &remote :
         {followed_remote(branches), std::string("origin"), std::string("upstream")}) {
        if (remote.empty())
            continue;
        auto address = runner.run(git(directory, {"remote", "get-url", remote}));
        auto url = std::string(trim(split(address.out, '\n').front()));
        if (address.ok() && !url.empty())
            return mask_credentials(url);
    }
    return {};
}

} // namespace

std::string mask_credentials(const std::string &address) {
    auto scheme = address.find("://");
    if (scheme == std::string::npos)
        return address;
    auto begin = scheme + 3;
    auto end = std::min(address.find_first_of("/?#", begin), address.size());
    auto at = address.rfind('@', end);
    if (at == std::string::npos || at < begin || at >= end)
        return Redaction(address).of(address);
    auto user = address.substr(begin, at - begin);
    auto colon = user.find(':');
    auto name = user.empty() || colon == 0 ? "" : mask;
    auto password = colon == std::string::npos ? "" : std::string(":") + mask;
    auto masked = address.substr(0, begin) + name + password + address.substr(at);
    return Redaction(masked.substr(0, begin) + address.substr(at + 1)).of(masked);
}

std::optional<GitQuestion> git_question(const BuildOptions &options) {
    std::error_code ignored;
    if (options.context == "-" || !fs::is_directory(options.context, ignored))
        return std::nullopt;
    GitQuestion question{.context = fs::canonical(options.context, ignored), .dockerfile = {}};
    question.dockerfile = options.file.empty() || options.file == "-"
                              ? question.context / "Dockerfile"
                              : fs::absolute(options.file);
    question.folders = {{"context", question.context}};
    if (options.file != "-" && !context::is_remote_dockerfile(options.file))
        question.folders["dockerfile"] = question.dockerfile.parent_path();
    for (const auto &text : options.build_contexts) {
        auto [name, value] = read_named_context(text);
        if (fs::is_directory(value, ignored))
            question.folders[name] = fs::canonical(value, ignored);
    }
    return question;
}

std::optional<fs::path> find_work_tree(const fs::path &directory, const Environment &environment) {
    if (!wants_labels(environment) && !wants_provenance(environment))
        return std::nullopt;
    if (!environment.get("GIT_DIR").empty())
        return directory;
    std::error_code ignored;
    for (auto place = directory;; place = place.parent_path()) {
        if (fs::exists(place / ".git", ignored))
            return place;
        if (place == place.root_path() || place.empty())
            return std::nullopt;
    }
}

GitTree read_git_tree(process::Runner &runner, const fs::path &directory,
                      const Environment &environment) {
    GitTree tree;
    std::vector<process::Command> commands = {
        git(directory, {"rev-parse", "--is-inside-work-tree", "--show-toplevel", "HEAD"}),
        git(directory, {"for-each-ref", "--format=%(HEAD) %(upstream:remotename)", "refs/heads"})};
    bool check_dirty = environment.flag("BUILDX_GIT_CHECK_DIRTY");
    if (check_dirty)
        commands.push_back(git_status(runner, directory));
    auto told = runner.run_all(commands);

    auto lines = split(trim(told[0].out), '\n');
    if (lines.size() < 2 || lines[0] != "true") {
        auto reason = told[0].kind == process::Outcome::Kind::not_started
                          ? std::string("git was not found in the system")
                          : std::string(trim(told[0].err));
        tree.warning =
            fmt::format("WARNING: current commit information was not captured by the build: "
                        "{}\n",
                        printable(reason.empty() ? "not a work tree" : reason, true));
        return tree;
    }
    tree.root = lines[1];
    if (lines.size() > 2 && is_commit(lines[2])) {
        bool dirty = check_dirty && (!told[2].ok() || !trim(told[2].out).empty());
        tree.revision = lines[2] + (dirty ? "-dirty" : "");
    }
    tree.source = remote_address(runner, directory, told[1].out);
    return tree;
}

GitInfo git_info(const GitTree &tree, const GitQuestion &question, const Environment &environment) {
    GitInfo info{.warning = tree.warning};
    if (tree.root.empty())
        return info;
    bool labels = wants_labels(environment), provenance = wants_provenance(environment);
    auto add = [&](const char *option, const char *label, const std::string &value) {
        if (labels)
            info.options.emplace_back("label:" + std::string(label), value);
        if (provenance)
            info.options.emplace_back(option, value);
    };
    if (!tree.revision.empty())
        add("vcs:revision", "org.opencontainers.image.revision", tree.revision);
    if (!tree.source.empty())
        add("vcs:source", "org.opencontainers.image.source", tree.source);
    if (auto path = below(tree.root, question.dockerfile); labels && !path.empty())
        info.options.emplace_back("label:com.docker.image.source.entrypoint", path);
    if (provenance)
        for (const auto &[name, folder] : question.folders)
            if (auto path = below(tree.root, folder); !path.empty())
                info.options.emplace_back("vcs:localdir:" + name, path);
    return info;
}

} // namespace berth::job
