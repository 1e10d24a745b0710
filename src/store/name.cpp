// SPDX-License-Identifier: Apache-2.0
// Names of builders and nodes. They become names of files, containers and volumes, so other
// characters are refused.
#include "berth/store/store.hpp"
#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

namespace berth::store {

namespace {

constexpr std::size_t longest_name = 255; // of a file

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

} // namespace

bool is_valid_name(std::string_view name) {
    if (name.empty() || name.size() > longest_name || !is_letter(name.front()))
        return false;
    for (char c : name)
        if (!is_letter(c) && !(c >= '0' && c <= '9') && c != '.' && c != '_' && c != '-')
            return false;
    return true;
}

std::string validate_name(const std::string &name) {
    if (name.size() > longest_name)
        throw usage_error(fmt::format("invalid name {}…, name is longer than {} characters",
                                      printable(std::string_view(name).substr(0, 32)),
                                      longest_name),
                          "choose a shorter name");
    if (!is_valid_name(name))
        throw usage_error(fmt::format("invalid name {}, name needs to start with a letter and may "
                                      "not contain symbols, except ._-",
                                      printable(name)),
                          "choose a name like builder-1");
    return lower(name);
}

} // namespace berth::store
