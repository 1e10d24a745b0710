// SPDX-License-Identifier: Apache-2.0
#include "berth/bake/relative_paths.hpp"

#include "berth/util/paths.hpp"
#include "berth/util/url_text.hpp"

#include "schemes.hpp"

namespace berth::bake {

namespace {

bool is_special(const std::string &path) {
    return has_scheme(path) || is_remote_address(path);
}

void rebase(Target &target) {
    if (!target.context)
        target.bases.use_fallback = target.bases.fallback.has_value();
    else if (target.bases.context)
        target.context = rebased(*target.bases.context, *target.context);
    if (!target.contexts)
        return;
    for (auto &[name, path] : *target.contexts)
        if (auto base = target.bases.contexts.find(name); base != target.bases.contexts.end())
            path = rebased(base->second, path);
}

} // namespace

std::optional<std::string> directory_of(const std::string &file) {
    if (file.empty() || file == "-" || is_remote_address(file))
        return {};
    auto slash = file.rfind('/');
    return slash == std::string::npos ? "." : clean_path(file.substr(0, slash + 1));
}

std::string rebased(const std::string &base, const std::string &path) {
    if (base.empty() || path.empty() || path.starts_with('/') || is_special(path))
        return path;
    return clean_path(base + "/" + path);
}

void rebase_contexts(Config &config) {
    for (auto &target : config.targets) {
        const auto *origin =
            target.bases.reference.empty() ? nullptr : config.find_target(target.bases.reference);
        if (origin != nullptr && origin->bases.context)
            target.bases.context = origin->bases.context;
        else if (origin != nullptr && origin->bases.fallback)
            target.bases.context = origin->bases.fallback;
        rebase(target);
    }
}

void set_named_bases(Target &target, const std::string &base) {
    if (target.contexts)
        for (const auto &[name, path] : *target.contexts)
            target.bases.contexts[name] = base;
}

} // namespace berth::bake
