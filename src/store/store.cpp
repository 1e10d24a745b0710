#include "berth/store/store.hpp"

#include "berth/util/encoding.hpp"
#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace berth::store {

namespace {

namespace fs = std::filesystem;

fs::path default_file(const fs::path &directory, const std::string &key) {
    return directory / "defaults" / sha256_hex(key).substr(0, 20);
}

void remove_file(const fs::path &path) {
    std::error_code error;
    fs::remove_all(path, error);
    if (error)
        throw Error(fmt::format("cannot remove {}: {}", printable(path.string()), error.message()));
}

// A file that holds a name and nothing else.
std::string read_word(const fs::path &path) {
    auto content = read_file_if_exists(path);
    return content ? std::string(trim(*content)) : "";
}

// Go leaves a field out of its own JSON, or writes it in any case: exact names are enough here.
Current read_current(const fs::path &directory) {
    Current current;
    auto content = read_file_if_exists(directory / "current");
    if (!content)
        return current;
    auto value = nlohmann::json::parse(*content, nullptr, false);
    if (!value.is_object()) // an interrupted write of another program: as if none was chosen
        return current;
    auto text = [&value](const char *name) {
        auto found = value.find(name);
        return found != value.end() && found->is_string() ? found->get<std::string>() : "";
    };
    current.key = text("Key");
    current.name = text("Name");
    auto global = value.find("Global");
    current.global = global != value.end() && global->is_boolean() && global->get<bool>();
    return current;
}

} // namespace

std::optional<BuilderRecord> Store::find(const std::string &name) const {
    auto path = directory_ / "instances" / validate_name(name);
    auto content = read_file_if_exists(path);
    if (!content)
        return std::nullopt;
    return parse_record(*content, path.string());
}

std::vector<BuilderRecord> Store::list(std::vector<std::string> *broken) const {
    std::vector<BuilderRecord> records;
    std::error_code none;
    for (const auto &file : fs::directory_iterator(directory_ / "instances", none)) {
        auto name = file.path().filename().string();
        try {
            if (validate_name(name) != name)
                continue;
            if (auto record = find(name))
                records.push_back(*std::move(record));
        } catch (const Error &error) {
            // Names that no builder has are temporary files of a writer.
            if (broken != nullptr && error.code() != ExitCode::usage)
                broken->emplace_back(error.what());
        }
    }
    std::sort(records.begin(), records.end(),
              [](const auto &left, const auto &right) { return left.name < right.name; });
    return records;
}

std::string Store::current(const std::string &key) const {
    auto exists = [this](const std::string &name) {
        std::error_code none;
        return !name.empty() && name.find('/') == std::string::npos &&
               fs::exists(directory_ / "instances" / name, none);
    };
    auto chosen = read_current(directory_);
    if (chosen.global || chosen.key == key) {
        if (exists(chosen.name))
            return chosen.name;
        if (chosen.key == key && chosen.name.empty())
            return {};
    }
    auto fallback = read_word(default_file(directory_, key));
    return exists(fallback) ? fallback : "";
}

std::optional<Time> Store::last_activity(const std::string &name) const {
    return parse_rfc3339(read_word(directory_ / "activity" / validate_name(name)));
}

std::string Store::node_id() const {
    auto path = directory_ / ".buildNodeID";
    auto id = read_word(path);
    if (id.empty()) {
        auto lock = begin();
        id = read_word(path);
        if (id.empty()) {
            id = random_hex(16);
            write_file_atomically(path, id);
        }
    }
    return id;
}

Store::Transaction Store::begin() const {
    auto path = directory_ / ".lock";
    auto fail = [&path](int error) {
        throw Error(fmt::format("cannot lock the builder store {}: {}", printable(path.string()),
                                errno_text(error)),
                    ExitCode::failure, "is the folder yours? BUILDX_CONFIG names another one");
    };
    std::error_code error;
    for (const auto *folder : {"instances", "defaults", "activity"})
        fs::create_directories(directory_ / folder, error);
    for (const auto *folder : {"", "instances", "defaults", "activity"})
        if (auto mode = fs::status(directory_ / folder, error).permissions();
            !error && (mode & fs::perms::all) != fs::perms::owner_all)
            fs::permissions(directory_ / folder, fs::perms::owner_all, error);
    FileDescriptor lock(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    if (!lock)
        fail(errno);
    while (::flock(lock.get(), LOCK_EX) != 0)
        if (errno != EINTR)
            fail(errno);
    return {*this, std::move(lock)};
}

void Store::Transaction::save(const BuilderRecord &record) {
    write_file_atomically(store_.directory_ / "instances" / validate_name(record.name),
                          format_record(record));
}

void Store::Transaction::remove(const std::string &name) {
    auto stored = validate_name(name);
    const auto &directory = store_.directory_;
    remove_file(directory / "instances" / stored);
    remove_file(directory / "activity" / stored);
    remove_file(directory / "refs" / stored);
    std::error_code none;
    for (const auto &file : fs::directory_iterator(directory / "defaults", none))
        if (read_word(file.path()) == stored)
            remove_file(file.path());
    if (auto current = read_current(directory); current.name == stored)
        set_current({.key = current.key, .name = "", .global = current.global});
}

void Store::Transaction::set_current(const Current &current) {
    nlohmann::ordered_json value = {
        {"Key", current.key}, {"Name", current.name}, {"Global", current.global}};
    write_file_atomically(store_.directory_ / "current", value.dump());
}

void Store::Transaction::set_default(const std::string &key, const std::string &name) {
    auto path = default_file(store_.directory_, key);
    if (name.empty())
        remove_file(path);
    else
        write_file_atomically(path, name);
}

void Store::Transaction::touch(const std::string &name, Time now) {
    write_file_atomically(store_.directory_ / "activity" / validate_name(name),
                          format_rfc3339(std::chrono::floor<std::chrono::seconds>(now)));
}

} // namespace berth::store
