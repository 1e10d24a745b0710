// SPDX-License-Identifier: Apache-2.0
// --output type=oci,tar=false,dest=DIR (type=docker too): an image as an OCI layout in a directory.
// BuildKit writes the blobs through a content store of the session without naming them, so the
// client writes the index after a successful solve.
#pragma once

#include "berth/job/output.hpp"
#include "berth/session/content.hpp"

#include <map>
#include <string>
#include <vector>

namespace berth::job {

// The content store of such an output, for session::add_content. Nothing is created before the
// first blob comes. Throws Error when the directory cannot be written, or for a second such output:
// BuildKit asks for all of them under one name.
std::map<std::string, session::ContentDirectory> layout_stores(const std::vector<Output> &outputs);

// Writes index.json and oci-layout. `response`: SolveResponse.ExporterResponse; without an image in
// it (a build of nothing) nothing is written. The image is called by the tags, else by the output's
// `name`, else `latest`. Throws Error when the image did not come.
void finish_layout(const Output &output, const std::map<std::string, std::string> &response,
                   const std::vector<std::string> &tags);

} // namespace berth::job
