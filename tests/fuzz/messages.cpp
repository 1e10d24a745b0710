// SPDX-License-Identifier: Apache-2.0
// BuildKit's messages: progress, errors, provenance.
#include "berth/buildkit/error_details.hpp"
#include "berth/buildkit/typed_stream.hpp"
#include "berth/progress/display.hpp"
#include "berth/progress/source_excerpt.hpp"

#include "buildkit/control.pb.h"
#include "buildkit/rpc_status.pb.h"
#include "fuzz_input.hpp"

#include <sstream>

namespace {

using namespace berth;

void read_error(std::string_view input) {
    google::rpc::Status proto;
    if (!proto.ParseFromArray(input.data(), static_cast<int>(input.size())))
        return;
    buildkit::Status status{.code = static_cast<buildkit::StatusCode>(proto.code()),
                            .message = proto.message()};
    for (const auto &detail : proto.details())
        status.details.push_back({detail.type_url(), detail.value()});
    for (const auto &source : buildkit::read_details(status).sources)
        for (const auto &range : source.ranges)
            progress::source_excerpt(source.file_name, source.data,
                                     {{.start_line = range.start, .end_line = range.end}});
    buildkit::error_text(status);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
    auto input = fuzz::bytes(data, size);
    read_error(input);
    // An error's detail as JSON.
    buildkit::Status status{.code = buildkit::StatusCode::unknown};
    status.details.push_back({"github.com/moby/buildkit/errdefs.Source+json", std::string(input)});
    buildkit::read_details(status);
    return 0;
}
