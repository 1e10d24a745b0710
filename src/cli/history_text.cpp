// SPDX-License-Identifier: Apache-2.0
#include "history_text.hpp"

#include "berth/buildkit/timestamp.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <ctime>

namespace berth::cli {

std::string seconds_text(std::chrono::nanoseconds duration) {
    using namespace std::chrono;
    auto whole = duration_cast<seconds>(duration).count();
    if (duration < minutes(1))
        return fmt::format("{:.1f}s",
                           duration_cast<std::chrono::duration<double>>(duration).count());
    return fmt::format("{}m {:2}s", whole / 60, whole % 60);
}

std::string time_text(const berth::well_known::Timestamp &time) {
    return format_rfc3339(buildkit::read_time(time).value_or(Time()));
}

std::string go_time_text(Time time) {
    std::time_t seconds = std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
    std::tm local{};
    ::localtime_r(&seconds, &local);
    auto text = format_rfc3339(time + std::chrono::seconds(local.tm_gmtoff));
    text.pop_back(); // Z
    text[text.find('T')] = ' ';
    auto minutes = std::abs(local.tm_gmtoff) / 60;
    return fmt::format("{} {}{:02}{:02} {}", text, local.tm_gmtoff < 0 ? '-' : '+', minutes / 60,
                       minutes % 60, local.tm_zone);
}

std::string hyperlink(const std::string &url, const std::string &text) {
    return fmt::format("\033]8;;{}\033\\{}\033]8;;\033\\", url, text);
}

std::string without_credentials(const std::string &address) {
    auto scheme = address.find("://");
    auto at = address.find('@');
    bool http = address.starts_with("http://") || address.starts_with("https://");
    if (!http || at == std::string::npos || at > address.find('/', scheme + 3))
        return address;
    return address.substr(0, scheme + 3) + address.substr(at + 1);
}

} // namespace berth::cli
