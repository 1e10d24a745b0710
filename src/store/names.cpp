// Where the store lies and what may be called how.
#include "berth/store/store.hpp"
#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

namespace berth::store {

std::filesystem::path docker_config_directory(const Environment &environment) {
    auto directory = environment.get("DOCKER_CONFIG");
    if (!directory.empty())
        return directory;
    return std::filesystem::path(environment.get("HOME", "/")) / ".docker";
}

std::filesystem::path default_directory(const Environment &environment) {
    auto directory = environment.get("BUILDX_CONFIG");
    if (!directory.empty())
        return directory;
    return docker_config_directory(environment) / "buildx";
}

std::string validate_name(const std::string &name) {
    auto result = lower(name);
    bool good =
        !result.empty() && result.front() >= 'a' && result.front() <= 'z' &&
        result.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789._-") == std::string::npos;
    if (!good)
        throw usage_error(
            fmt::format("invalid name {}, name needs to start with a letter and may not "
                        "contain symbols, except ._-",
                        printable(name)),
            "choose another --name");
    return result;
}

} // namespace berth::store
