// SPDX-License-Identifier: Apache-2.0
// Passwords and tokens in addresses.
#include "../../src/job/redaction.hpp"

#include <gtest/gtest.h>

namespace berth::job {
namespace {

std::string shown(const std::string &address) {
    return Redaction(address).of(address);
}

TEST(RedactionTest, AddressesLoseSecrets) {
    EXPECT_EQ(shown("https://user:TOKEN@h/x.git#main"), "https://user:xxxxx@h/x.git#main");
    EXPECT_EQ(shown("https://TOKEN@h/x.git"), "https://xxxxx@h/x.git");
    EXPECT_EQ(shown("http://h/x.tar?ref=1&token=TOKEN"), "http://h/x.tar?ref=1&token=xxxxx");
    EXPECT_EQ(shown("http://h/x?X-Amz-Signature=ab12"), "http://h/x?X-Amz-Signature=xxxxx");
    for (const auto *address :
         {"ssh://git@h/x", "git@h:x", "http://h/x?ref=main", "http://h/u:p@x", "app", "-"})
        EXPECT_EQ(shown(address), address);
}

TEST(RedactionTest, BuildKitsMessagesLoseSecretsToo) {
    Redaction redaction(BuildOptions{.context = "https://u:TOKEN1@h/x.git",
                                     .file = "https://h/Dockerfile?token=TOKEN2",
                                     .build_contexts = {"base=https://TOKEN3@h/y.git"}});
    progress::SolveStatus status;
    status.vertexes.push_back({.digest = "a", .name = "load TOKEN1", .error = "no TOKEN2"});
    status.logs.push_back({.data = "TOKEN3"});
    status.statuses.push_back({.id = "TOKEN1"});
    auto shown = redaction.of(status);
    EXPECT_EQ(shown.vertexes[0].name, "load xxxxx");
    EXPECT_EQ(shown.vertexes[0].error, "no xxxxx");
    EXPECT_EQ(shown.logs[0].data, "xxxxx");
    EXPECT_EQ(shown.statuses[0].id, "xxxxx");
}

} // namespace
} // namespace berth::job
