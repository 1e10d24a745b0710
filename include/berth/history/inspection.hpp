// SPDX-License-Identifier: Apache-2.0
// Details of a build, as a document with docker buildx's names and order.
#pragma once

#include "berth/history/attachments.hpp"
#include "berth/history/records.hpp"
#include "berth/store/store.hpp"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <optional>
#include <string>

namespace berth::history {

struct Inspection {
    // Every field; unset ones are null, "", false, 0 or [].
    nlohmann::ordered_json document;
    // Of a failed build, otherwise empty. The document has them in base64.
    std::string sources, stack;
};

Inspection inspect(buildkit::Connection &connection, const Record &record,
                   const std::optional<store::BuildRef> &noted,
                   const std::filesystem::path &working_directory);

// Without the unset fields that docker buildx omits.
nlohmann::ordered_json without_empty(const nlohmann::ordered_json &document);

// RFC 3339 with this machine's offset from UTC.
std::string format_local_time(Time time);

} // namespace berth::history
