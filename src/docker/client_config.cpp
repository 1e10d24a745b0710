#include "berth/docker/client_config.hpp"

#include "berth/util/encoding.hpp"
#include "berth/util/error.hpp"
#include "berth/util/file.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cerrno>
#include <sys/stat.h>
#include <system_error>

namespace berth::docker {

namespace fs = std::filesystem;

namespace {

constexpr const char *file_name = "config.json";

nlohmann::json read_config(const fs::path &folder) {
    if (folder.empty())
        return {};
    try {
        auto content = read_file_if_exists(folder / file_name);
        auto config = nlohmann::json::parse(content.value_or("{}"), nullptr, false);
        return config.is_object() ? config : nlohmann::json();
    } catch (const Error &) { // unreadable: docker says so itself
        return {};
    }
}

} // namespace

ClientConfig::~ClientConfig() {
    std::error_code ignored;
    if (!made_.empty())
        fs::remove_all(made_, ignored);
}

bool ClientConfig::has_proxies() const {
    auto config = read_config(folder_);
    auto proxies = config.find("proxies");
    return proxies != config.end() && proxies->is_object() && !proxies->empty();
}

std::string ClientConfig::make_without_proxies() {
    auto config = read_config(folder_);
    for (const auto *key : {"proxies", "auths", "credsStore", "credHelpers", "HttpHeaders"})
        config.erase(key);
    auto path = fs::temp_directory_path() / ("berth-docker-config-" + random_hex(16));
    if (::mkdir(path.c_str(), 0700) != 0)
        throw Error(fmt::format("cannot make the folder {}: {}", printable(path.string()),
                                errno_text(errno)),
                    ExitCode::failure, "set TMPDIR to a folder that can be written");
    made_ = path;
    auto folder = fs::absolute(folder_);
    for (const auto &entry : fs::directory_iterator(folder))
        if (entry.path().filename() != file_name)
            fs::create_symlink(entry.path(), made_ / entry.path().filename());
    write_file_atomically(made_ / file_name, config.dump());
    return made_.string();
}

} // namespace berth::docker
