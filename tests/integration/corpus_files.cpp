// SPDX-License-Identifier: Apache-2.0
#include "corpus_files.hpp"

#include "berth/util/encoding.hpp"
#include "berth/util/file.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <ctime>
#include <memory>
#include <regex>
#include <sys/stat.h>

namespace berth::test {

namespace {

namespace fs = std::filesystem;

using Lines = std::vector<std::string>;

std::string old_time(std::time_t time) {
    static const auto start = std::time(nullptr);
    constexpr std::time_t day = 24 * 60 * 60;
    return start - time > day ? fmt::format(" @{}", time) : "";
}

std::string mode_text(mode_t mode) {
    return fmt::format("{:o}", static_cast<unsigned>(mode));
}

// Values that differ in each build: times, references, names of builds.
std::string steady(const std::string &path, const nlohmann::json &value) {
    static const std::regex time(R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[.0-9]*(Z|[-+]\d\d:\d\d))");
    if (path.ends_with("/buildx.build.ref") || path.ends_with("/invocationId") ||
        path.ends_with("/buildInvocationID") || path.ends_with("/buildInvocationId"))
        return "…";
    return std::regex_replace(value.dump(), time, "TIME");
}

void add_json(const std::string &name, const std::string &text, Lines &lines) {
    auto value = nlohmann::json::parse(text, nullptr, false);
    if (value.is_discarded() || !value.is_structured())
        return;
    const auto leaves = value.flatten();
    for (const auto &[path, leaf] : leaves.items())
        lines.push_back(name + " holds " + path + ": " + steady(path, leaf));
}

bool is_json(const std::string &text) {
    return !text.empty() && (text.front() == '{' || text.front() == '[') &&
           nlohmann::json::accept(text);
}

void add_archive(const std::string &name, const std::string &content, Lines &lines) {
    std::unique_ptr<archive, int (*)(archive *)> reader(archive_read_new(), archive_read_free);
    archive_read_support_format_tar(reader.get());
    if (archive_read_open_memory(reader.get(), content.data(), content.size()) != ARCHIVE_OK)
        return;
    Lines entries;
    for (archive_entry *entry = nullptr;
         archive_read_next_header(reader.get(), &entry) == ARCHIVE_OK;) {
        std::string data;
        char part[16384];
        for (la_ssize_t got = 0; (got = archive_read_data(reader.get(), part, sizeof part)) > 0;)
            data.append(part, static_cast<std::size_t>(got));
        // A name that is not text in the locale has none here.
        auto link = [](const char *text) { return std::string(text == nullptr ? "" : text); };
        auto path = link(archive_entry_pathname(entry));
        auto line = fmt::format("{} has {} {} {}:{} -> {}{}", name, path,
                                mode_text(archive_entry_mode(entry)), archive_entry_uid(entry),
                                archive_entry_gid(entry), link(archive_entry_symlink(entry)),
                                link(archive_entry_hardlink(entry)));
        if (is_json(data) && !path.starts_with("blobs/"))
            add_json(name + ":" + path, data, entries);
        else
            line += fmt::format(" {} {}{}", data.size(), sha256_hex(data),
                                old_time(archive_entry_mtime(entry)));
        entries.push_back(line);
    }
    std::sort(entries.begin(), entries.end()); // an exporter writes blobs in any order
    lines.insert(lines.end(), entries.begin(), entries.end());
}

void add_file(const fs::path &path, const std::string &name, Lines &lines) {
    struct stat info {};
    if (::lstat(path.c_str(), &info) != 0)
        return;
    // The directory of an output is made as the umask says, by docker buildx with 0700.
    bool made = S_ISDIR(info.st_mode) && name.find('/') == std::string::npos;
    auto line = fmt::format("{} {} {}:{}", name, made ? "directory" : mode_text(info.st_mode),
                            info.st_uid, info.st_gid);
    if (S_ISLNK(info.st_mode))
        line += " -> " + fs::read_symlink(path).string();
    if (S_ISCHR(info.st_mode) || S_ISBLK(info.st_mode))
        line += fmt::format(" device {}", info.st_rdev);
    if (!S_ISREG(info.st_mode)) {
        lines.push_back(line);
        return;
    }
    if (info.st_nlink > 1)
        line += fmt::format(" {} names", info.st_nlink);
    constexpr std::size_t most = std::size_t{1} << 30;
    auto content = read_file(path, most);
    if (name.ends_with(".tar")) {
        lines.push_back(line);
        add_archive(name, content, lines);
    } else if (is_json(content)) {
        lines.push_back(line);
        add_json(name, content, lines);
    } else {
        lines.push_back(line + fmt::format(" {} {}{}", content.size(), sha256_hex(content),
                                           old_time(info.st_mtime)));
    }
}

} // namespace

std::vector<std::string> files_below(const fs::path &folder) {
    std::vector<fs::path> paths;
    for (const auto &entry : fs::recursive_directory_iterator(folder))
        paths.push_back(entry.path());
    std::sort(paths.begin(), paths.end());
    Lines lines;
    for (const auto &path : paths)
        add_file(path, path.lexically_relative(folder).string(), lines);
    return lines;
}

} // namespace berth::test
