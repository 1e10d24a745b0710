// SPDX-License-Identifier: Apache-2.0
// An OCI layout in a directory as an archive, in the form of BuildKit's type=oci.
#pragma once

#include "berth/session/file_send.hpp"

#include <filesystem>

namespace berth::job {

// Writes all blobs, then index.json and oci-layout. The same layout gives the same bytes. Throws
// Error that names the file that cannot be read.
void write_layout_archive(const std::filesystem::path &layout, session::ByteSink &sink);

} // namespace berth::job
