// --build-context NAME=oci-layout://FOLDER[:TAG][@DIGEST]: an image that lies in a folder of this
// side.
#pragma once

#include "berth/context/local_context.hpp"

#include <string>

namespace berth::build {

// `text` is what follows `oci-layout://`. Without a digest it is that of the tag (`latest` when
// there is none) in the folder's index, by image name or tag, else that of its only image, as
// docker buildx 0.29.1 finds it. Throws Error when there is no such folder, index or image.
context::LocalContext read_oci_layout(const std::string &text);

} // namespace berth::build
