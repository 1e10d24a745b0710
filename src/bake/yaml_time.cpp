// SPDX-License-Identifier: Apache-2.0
#include "yaml_time.hpp"

#include "berth/util/strings.hpp"

#include <fmt/format.h>

#include <chrono>
#include <regex>

namespace berth::bake {
namespace {

int number(const std::ssub_match &digits) {
    return digits.matched ? std::stoi(digits.str()) : 0;
}

std::string fraction(const std::ssub_match &digits) {
    auto text = digits.str();
    while (text.ends_with('0'))
        text.pop_back();
    return text == "." ? "" : text;
}

} // namespace

std::optional<std::string> go_time(const std::string &text) {
    if (text.size() < 8 || text[4] != '-')
        return {};
    // The layouts of go.yaml.in/yaml.
    static const std::regex layout(R"((\d{4})-(\d{1,2})-(\d{1,2}))"
                                   R"((?:([Tt ])(\d{1,2}):(\d{1,2}):(\d{1,2})(\.\d{1,9})?)"
                                   R"((Z|[+-]\d\d:\d\d)?)?)");
    std::smatch part;
    if (!std::regex_match(text, part, layout))
        return {};
    // T and a zone belong together; a blank is without one.
    if (part[4].matched && (part[4] == " ") == part[9].matched)
        return {};
    using namespace std::chrono;
    year_month_day date{year(number(part[1])), month(static_cast<unsigned>(number(part[2]))),
                        day(static_cast<unsigned>(number(part[3])))};
    int hour = number(part[5]), minute = number(part[6]), second = number(part[7]);
    if (!date.ok() || hour > 23 || minute > 59 || second > 59)
        return {};
    auto zone = replace_all(part[9].str(), ":", "");
    if (zone.empty() || zone == "Z" || zone == "+0000" || zone == "-0000")
        zone = "+0000 UTC";
    else
        zone += " " + zone;
    return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}{} {}", number(part[1]), number(part[2]),
                       number(part[3]), hour, minute, second, fraction(part[8]), zone);
}

} // namespace berth::bake
