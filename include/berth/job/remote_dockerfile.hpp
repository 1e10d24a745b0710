// SPDX-License-Identifier: Apache-2.0
// --file with an address: BuildKit fetches the Dockerfile, with the builder's network, proxies,
// certificates and HTTP cache, as with docker buildx.
#pragma once

#include <string>

namespace berth::buildkit {
class Bridge;
}

namespace berth::job {

// The text, by the bridge of a build of its own (docker buildx makes it an internal one). Throws
// GrpcError with BuildKit's reason, and Error for more than 2 MB, docker buildx's limit.
std::string fetch_dockerfile(buildkit::Bridge &bridge, const std::string &url);

} // namespace berth::job
