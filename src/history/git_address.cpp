// SPDX-License-Identifier: Apache-2.0
#include "git_address.hpp"

#include "berth/util/strings.hpp"
#include "berth/util/url_text.hpp"

namespace berth::history {

bool is_git_address(const std::string &text) {
    auto place = text.substr(0, text.find_first_of("#?"));
    return is_remote_address(text) && (!text.starts_with("http") || place.ends_with(".git"));
}

std::string repository_of(const std::string &address) {
    auto place = address.substr(0, address.find_first_of("#?"));
    return place.starts_with("github.com/") ? "https://" + place : place;
}

std::string with_fragment(const std::string &address) {
    auto question = address.find('?');
    if (question == std::string::npos || address.find('#') < question)
        return address;
    std::string ref, directory;
    auto query = address.substr(question + 1, address.find('#', question) - question - 1);
    for (const auto &field : split(query, '&')) {
        auto equals = field.find('=');
        auto name = field.substr(0, equals);
        auto value = equals == std::string::npos ? "" : field.substr(equals + 1);
        if (name == "ref" || name == "branch" || name == "tag")
            ref = value;
        else if (name == "subdir")
            directory = value;
    }
    auto place = address.substr(0, question);
    if (ref.empty() && directory.empty())
        return place;
    return place + "#" + ref + (directory.empty() ? "" : ":" + directory);
}

} // namespace berth::history
