// SPDX-License-Identifier: Apache-2.0
#include "berth/job/contexts.hpp"

#include "berth/image/tag.hpp"
#include "berth/job/flag_values.hpp"
#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

#include <set>

namespace berth::job {
namespace {

using context::LocalContext;

// A git address with parameters: https://docs.docker.com/build/concepts/context/#url-queries
bool has_git_query(const std::string &address) {
    auto query = address.find('?');
    auto path = address.substr(0, std::min(query, address.find('#')));
    return query != std::string::npos &&
           (path.ends_with(".git") || path.starts_with("git://") || path.starts_with("git@") ||
            path.starts_with("ssh://") || path.starts_with("github.com/"));
}

// The main context and the Dockerfile's directory have these names.
std::string local_name(const std::string &name) {
    return name == "context" || name == "dockerfile" ? "_" + name : name;
}

class Adding {
  public:
    Adding(const LocalContext &main, const std::map<std::string, LocalContext> &named,
           const std::string &client_id)
        : main_(main), named_(named), client_id_(client_id) {}

    Contexts contexts(const BuildOptions &options) {
        add_main();
        add_dockerfile();
        for (const auto &text : options.build_contexts)
            add_named(read_named_context(text));
        if (!capabilities_.empty())
            result_.attributes["frontend.caps"] =
                join({capabilities_.begin(), capabilities_.end()}, ",");
        return std::move(result_);
    }

  private:
    void add_main() {
        result_.shared_key = context::context_key(client_id_, main_.place);
        if (main_.kind == LocalContext::Kind::directory) {
            result_.directories["context"] = main_.directory;
            return;
        }
        result_.attributes["context"] = main_.url;
        if (has_git_query(main_.url))
            capabilities_.insert("moby.buildkit.frontend.gitquerystring");
    }

    void add_dockerfile() {
        result_.attributes["filename"] = main_.file_name;
        if (!main_.dockerfile_directory.empty()) {
            result_.directories["dockerfile"] = main_.dockerfile_directory;
        } else if (!main_.dockerfile_files.empty()) {
            auto folder = std::make_shared<ScratchFolder>("dockerfile");
            for (const auto &[name, text] : main_.dockerfile_files)
                write_file_atomically(folder->path() / name, text, 0644);
            result_.directories["dockerfile"] = folder->path();
            result_.dockerfile = std::move(folder);
            result_.attributes["dockerfilekey"] = "dockerfile";
        }
        if (main_.kind == LocalContext::Kind::remote && result_.directories.contains("dockerfile"))
            result_.attributes["dockerfilekey"] = "dockerfile";
    }

    void add_named(const NamedContext &context) {
        capabilities_.insert("moby.buildkit.frontend.contexts+forward");
        auto &value = result_.attributes["context:" + context.name];
        auto here = named_.find(context.name);
        if (here == named_.end()) {
            value = context.value;
            if (has_git_query(value))
                capabilities_.insert("moby.buildkit.frontend.gitquerystring+forward");
        } else if (!here->second.layout.empty()) {
            auto store = fmt::format("layout{}", result_.layouts.size());
            result_.layouts[store] = here->second.directory;
            value = fmt::format("oci-layout://{}:{}", store, here->second.layout);
        } else {
            auto local = local_name(context.name);
            result_.directories[local] = here->second.directory;
            value = "local:" + local;
            result_.attributes["sharedkey:localdir:" + context.name] =
                context::context_key(client_id_, here->second.place);
        }
    }

    const LocalContext &main_;
    const std::map<std::string, LocalContext> &named_;
    const std::string &client_id_;
    std::set<std::string> capabilities_;
    Contexts result_;
};

} // namespace

NamedContext read_named_context(const std::string &text) {
    auto [name, value] = read_pair(text);
    if (!value || value->empty())
        throw usage_error(
            fmt::format("invalid context value: {}, expected key=value", printable(text)),
            "write --build-context NAME=DIRECTORY or NAME=docker-image://IMAGE");
    return {.name = image::context_name(name), .value = *value};
}

Contexts contexts_of(const LocalContext &main, const std::map<std::string, LocalContext> &named,
                     const BuildOptions &options, const std::string &client_id) {
    return Adding(main, named, client_id).contexts(options);
}

} // namespace berth::job
