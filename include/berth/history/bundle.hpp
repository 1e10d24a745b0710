// SPDX-License-Identifier: Apache-2.0
// `.dockerbuild` bundles: build records with their logs, traces and attestations, as a gzipped OCI
// layout that Docker Desktop and docker buildx can import (util/desktop/bundle of docker buildx).
#pragma once

#include "berth/history/records.hpp"
#include "berth/store/store.hpp"

#include <functional>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

namespace berth::history {

struct BundledRecord {
    Record record;
    std::string default_platform; // of its node
    std::optional<store::BuildRef> noted = {};
    std::optional<store::BuildGroup> group = {};
    buildkit::Connection *connection = nullptr; // to its node
};

// Calls `write` with the bundle, piece by piece. Omits credentials in cache options and traces.
// Throws Error if a blob is missing.
void write_bundle(const std::vector<BundledRecord> &records,
                  const std::function<void(std::string_view)> &write);

} // namespace berth::history
