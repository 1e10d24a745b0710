// SPDX-License-Identifier: Apache-2.0
#include "metadata.hpp"

#include "berth/util/strings.hpp"
#include "berth/util/url_text.hpp"

namespace berth::session {

std::vector<std::string> values(const buildkit::Metadata &metadata, const std::string &name) {
    auto mark = metadata.find(name + "-encoded");
    bool encoded = mark != metadata.end() && parse_bool(mark->second).value_or(false);
    std::vector<std::string> result;
    auto [begin, end] = metadata.equal_range(name);
    for (auto each = begin; each != end; ++each)
        result.push_back(encoded ? query_unescape(each->second).value_or("") : each->second);
    return result;
}

std::string first_value(const buildkit::Metadata &metadata, const std::string &name) {
    auto all = values(metadata, name);
    return all.empty() ? std::string() : all.front();
}

} // namespace berth::session
