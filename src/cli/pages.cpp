// SPDX-License-Identifier: Apache-2.0
#include "berth/cli/pages.hpp"

#include "berth/util/strings.hpp"

#include "help_pages.hpp" // made of man/*.md

namespace berth::cli {

Page page(std::string_view name) {
    constexpr std::string_view heading = "\n# ", examples = "\n# Examples\n";
    for (const auto &[file, text] : help_pages) {
        if (file != name)
            continue;
        std::string_view whole = text;
        Page found{.lead = trim(whole.substr(0, whole.find(heading))), .examples = {}};
        if (auto at = whole.find(examples); at != std::string_view::npos) {
            auto rest = whole.substr(at + examples.size());
            rest = rest.substr(0, rest.find(heading));
            // Not trim(): the first line may be indented.
            while (rest.starts_with('\n'))
                rest.remove_prefix(1);
            while (rest.ends_with('\n'))
                rest.remove_suffix(1);
            found.examples = rest;
        }
        return found;
    }
    return {};
}

} // namespace berth::cli
