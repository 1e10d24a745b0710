// SPDX-License-Identifier: Apache-2.0
// Describes directory entries for BuildKit.
#pragma once

#include "berth/context/source_walk.hpp"
#include "berth/session/file_sync.hpp"

namespace fsutil::types {
class Stat;
}

namespace berth::session {

// `directory` has the rule for times.
void fill_stat(fsutil::types::Stat &stat, const context::SourceEntry &entry,
               const SourceDirectory &directory);

} // namespace berth::session
