// SPDX-License-Identifier: Apache-2.0
// Records of the sources of builds: `refs/<builder>/<node>/<ref>`, and `refs/__group__/<id>`.
#include "berth/store/store.hpp"
#include "berth/util/go_json.hpp"
#include "berth/util/json.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace berth::store {

namespace {

bool is_id(const std::string &text) {
    return !text.empty() && text.size() < 100 &&
           text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789") == std::string::npos;
}

bool is_ref(const std::string &builder, const std::string &node, const std::string &ref) {
    return is_valid_name(builder) && is_valid_name(node) && is_id(ref);
}

std::optional<nlohmann::json> read_object(const std::filesystem::path &path) {
    try {
        auto content = read_file_if_exists(path);
        auto json = content ? read_json(*content) : nlohmann::json();
        if (json.is_object())
            return json;
    } catch (const std::exception &) { // ignores unreadable records
    }
    return std::nullopt;
}

std::vector<std::string> texts_of(const nlohmann::json &object, const char *key) {
    std::vector<std::string> texts;
    if (auto found = object.find(key); found != object.end() && found->is_array())
        for (const auto &one : *found)
            if (one.is_string())
                texts.push_back(one.get<std::string>());
    return texts;
}

} // namespace

// The file, and the directories from `refs` down to it.
void Store::give_refs_to_owner(std::filesystem::path path) const {
    for (const auto refs = directory_ / "refs"; path != directory_; path = path.parent_path())
        give_to(owner_, path);
}

void Store::save_ref(const std::string &builder, const std::string &node, const std::string &ref,
                     const BuildRef &note) const {
    if (!is_ref(builder, node, ref))
        return;
    nlohmann::ordered_json json{{"Target", note.target},
                                {"LocalPath", note.local_path},
                                {"DockerfilePath", note.dockerfile_path}};
    if (!note.group.empty())
        json["GroupRef"] = note.group;
    auto directory = directory_ / "refs" / builder / node;
    write_file_atomically(directory / ref, go_json(json));
    give_refs_to_owner(directory / ref);
}

void Store::save_group(const std::string &id, const BuildGroup &group) const {
    if (!is_id(id))
        return;
    auto json = nlohmann::ordered_json::object();
    if (!group.targets.empty())
        json["Targets"] = group.targets;
    json["Refs"] = group.refs;
    auto file = directory_ / "refs" / "__group__" / id;
    write_file_atomically(file, go_json(json));
    give_refs_to_owner(file);
}

std::optional<BuildRef> Store::find_ref(const std::string &builder, const std::string &node,
                                        const std::string &ref) const {
    if (!is_ref(builder, node, ref))
        return std::nullopt;
    auto json = read_object(directory_ / "refs" / builder / node / ref);
    if (!json)
        return std::nullopt;
    return BuildRef{.target = text_at(*json, "Target"),
                    .local_path = text_at(*json, "LocalPath"),
                    .dockerfile_path = text_at(*json, "DockerfilePath"),
                    .group = text_at(*json, "GroupRef")};
}

std::vector<std::pair<std::string, BuildRef>> Store::newest_refs(const std::string &builder) const {
    namespace fs = std::filesystem;
    struct Note {
        fs::file_time_type time;
        std::string node, ref;
    };
    std::vector<Note> notes;
    std::error_code none;
    if (!is_valid_name(builder))
        return {};
    for (const auto &node : fs::directory_iterator(directory_ / "refs" / builder, none))
        for (const auto &ref : fs::directory_iterator(node.path(), none))
            notes.push_back({ref.last_write_time(none), node.path().filename().string(),
                             ref.path().filename().string()});
    std::sort(notes.begin(), notes.end(),
              [](const Note &a, const Note &b) { return a.time > b.time; });
    constexpr std::size_t most = 50;
    std::vector<std::pair<std::string, BuildRef>> found;
    for (const auto &note : notes)
        if (auto noted =
                found.size() < most ? find_ref(builder, note.node, note.ref) : std::nullopt)
            found.emplace_back(note.ref, *std::move(noted));
    return found;
}

std::optional<BuildGroup> Store::find_group(const std::string &id) const {
    auto json = is_id(id) ? read_object(directory_ / "refs" / "__group__" / id)
                          : std::optional<nlohmann::json>();
    if (!json)
        return std::nullopt;
    return BuildGroup{.targets = texts_of(*json, "Targets"), .refs = texts_of(*json, "Refs")};
}

} // namespace berth::store
