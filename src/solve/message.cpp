// SPDX-License-Identifier: Apache-2.0
#include "message.hpp"

#include <nlohmann/json.hpp>

namespace berth::solve {
namespace {

namespace control = buildkit::control;

void copy(const Attributes &from, google::protobuf::Map<std::string, std::string> &to) {
    to.insert(from.begin(), from.end());
}

void add_caches(const std::vector<Cache> &caches,
                google::protobuf::RepeatedPtrField<control::CacheOptionsEntry> &entries) {
    for (const auto &cache : caches) {
        auto *entry = entries.Add();
        entry->set_type(cache.type);
        copy(cache.attributes, *entry->mutable_attrs());
    }
}

// The frontend imports caches itself, so it gets them as attributes.
std::string cache_imports(const std::vector<Cache> &caches) {
    auto list = nlohmann::json::array();
    for (const auto &cache : caches)
        list.push_back({{"Type", cache.type}, {"Attrs", cache.attributes}});
    return list.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

} // namespace

control::SolveRequest message_of(const Request &request, const std::string &session) {
    control::SolveRequest message;
    message.set_ref(request.ref);
    message.set_session(session);
    message.set_frontend(request.frontend);
    copy(request.attributes, *message.mutable_frontend_attrs());
    if (!request.cache_from.empty()) // as BuildKit's client does
        (*message.mutable_frontend_attrs())["cache-imports"] = cache_imports(request.cache_from);
    add_caches(request.cache_from, *message.mutable_cache()->mutable_imports());
    add_caches(request.cache_to, *message.mutable_cache()->mutable_exports());
    for (const auto &one : request.exports) {
        auto *exporter = message.add_exporters();
        exporter->set_type(one.type);
        copy(one.attributes, *exporter->mutable_attrs());
    }
    if (!request.exports.empty()) { // for a BuildKit that supports only one exporter
        message.set_exporter_deprecated(request.exports.front().type);
        copy(request.exports.front().attributes, *message.mutable_exporter_attrs_deprecated());
    }
    for (const auto &entitlement : request.entitlements)
        message.add_entitlements(entitlement);
    if (request.source_policy)
        *message.mutable_source_policy() = *request.source_policy;
    message.set_internal(request.internal);
    return message;
}

} // namespace berth::solve
