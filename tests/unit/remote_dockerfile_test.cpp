// SPDX-License-Identifier: Apache-2.0
#include "berth/job/source_definition.hpp"
#include "berth/util/encoding.hpp"

#include <gtest/gtest.h>

namespace berth::job {
namespace {

// By hand, from the numbers of solver/pb/ops.proto.
TEST(RemoteDockerfileTest, TheDefinitionIsOneSourceByHttp) {
    auto definition = http_definition("http://h/D", "Dockerfile", "load it").SerializeAsString();
    using namespace std::string_literals;
    auto attribute = "\x0a\x0d"s + "http.filename" + "\x12\x0a" + "Dockerfile";
    auto source = "\x0a\x0a"s + "http://h/D" + "\x12\x1b" + attribute;
    auto op = "\x1a\x29"s + source;
    auto digest = "sha256:" + sha256_hex(op);
    auto wanted = "\x0a\x49\x0a\x47"s + digest;
    auto name = "\x12\x19\x0a\x0e"s + "llb.customname" + "\x12\x07load it";
    EXPECT_EQ(definition, "\x0a\x2b"s + op + "\x0a\x4b" + wanted + "\x12\x66\x0a\x47" + digest +
                              "\x12\x1b" + name);
}

} // namespace
} // namespace berth::job
