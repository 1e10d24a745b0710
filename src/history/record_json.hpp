// SPDX-License-Identifier: Apache-2.0
// A build record in the form in which Go's encoding/json writes BuildKit's message.
#pragma once

#include "buildkit/control.pb.h"

#include <nlohmann/json.hpp>

namespace berth::history {

nlohmann::ordered_json record_json(const moby::buildkit::v1::BuildHistoryRecord &record);
// A descriptor of an OCI document, whose names differ from a record's.
nlohmann::ordered_json oci_descriptor(const moby::buildkit::v1::Descriptor &descriptor);

} // namespace berth::history
