// SPDX-License-Identifier: Apache-2.0
// Reading the store. Files are replaced atomically, so it needs no lock.
#include "berth/store/store.hpp"

#include "berth/util/encoding.hpp"
#include "berth/util/error.hpp"
#include "berth/util/go_json.hpp"
#include "berth/util/json.hpp"
#include "berth/util/strings.hpp"

#include "layout.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace berth::store {

namespace fs = std::filesystem;

fs::path default_file(const fs::path &store, std::string_view key) {
    return store / "defaults" / sha256_hex(key).substr(0, 20);
}

std::optional<BuilderRecord> Store::find(const std::string &name) const {
    if (!is_valid_name(name))
        return std::nullopt;
    auto path = directory_ / "instances" / lower(name);
    auto content = read_file_if_exists(path);
    if (!content)
        return std::nullopt;
    return parse_record(*content, path.string());
}

std::vector<BuilderRecord> Store::list(std::vector<std::string> *broken) const {
    std::vector<std::string> names;
    std::error_code error;
    for (fs::directory_iterator entry(directory_ / "instances", error), end; !error && entry != end;
         entry.increment(error))
        if (auto name = entry->path().filename().string(); is_valid_name(name))
            names.push_back(std::move(name));
    if (error && error != std::errc::no_such_file_or_directory)
        throw Error(fmt::format("cannot read the builder store {}: {}",
                                printable((directory_ / "instances").string()), error.message()));
    std::sort(names.begin(), names.end());
    std::vector<BuilderRecord> records;
    for (const auto &name : names) {
        try {
            if (auto record = find(name))
                records.push_back(*std::move(record));
        } catch (const Error &problem) {
            if (broken != nullptr)
                broken->push_back(problem.what());
        }
    }
    return records;
}

std::optional<Current> Store::chosen() const {
    auto path = directory_ / "current";
    auto content = read_file_if_exists(path);
    if (!content)
        return std::nullopt;
    try {
        auto json = read_json(*content);
        return Current{.key = json.value("Key", ""),
                       .name = json.value("Name", ""),
                       .global = json.value("Global", false)};
    } catch (const nlohmann::json::exception &) {
        throw Error(fmt::format("{} is broken", printable(path.string())), ExitCode::failure,
                    "choose a builder again with `berth use NAME`");
    }
}

std::string Store::current(const std::string &key) const {
    auto exists = [this](const std::string &name) {
        std::error_code error;
        return is_valid_name(name) && fs::exists(directory_ / "instances" / lower(name), error);
    };
    if (auto choice = chosen(); choice && !choice->name.empty()) {
        if ((choice->global || choice->key == key) && exists(choice->name))
            return lower(choice->name);
        if (choice->key == key)
            return {};
    }
    auto name = read_file_if_exists(default_file(directory_, key)).value_or("");
    return exists(name) ? lower(name) : "";
}

std::optional<Time> Store::last_activity(const std::string &name) const {
    if (!is_valid_name(name))
        return std::nullopt;
    auto content = read_file_if_exists(directory_ / "activity" / name);
    return content ? parse_rfc3339(trim(*content)) : std::nullopt;
}

std::string Store::node_id() const {
    auto path = directory_ / ".buildNodeID";
    auto valid = [](std::string_view id) {
        return id.size() == 16 &&
               id.find_first_not_of("0123456789abcdef") == std::string_view::npos;
    };
    auto known = [&] { return std::string(trim(read_file_if_exists(path).value_or(""))); };
    if (auto id = known(); valid(id))
        return id;
    auto lock = begin(); // so that two processes at their first call agree on one
    if (auto id = known(); valid(id))
        return id;
    auto id = random_hex(16);
    write_file_atomically(path, id);
    give_to(owner_, path);
    return id;
}

} // namespace berth::store
