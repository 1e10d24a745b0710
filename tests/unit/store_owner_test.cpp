// SPDX-License-Identifier: Apache-2.0
// Whom the store belongs to under sudo.
#include "berth/store/owner.hpp"
#include "berth/store/store.hpp"
#include "berth/util/file.hpp"

#include "support/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <sys/stat.h>
#include <unistd.h>

namespace berth::store {
namespace {

using Variables = std::map<std::string, std::string>;

class StoreOwnerTest : public ::testing::Test {
  protected:
    StoreOwnerTest() {
        write_file_atomically(accounts_, "root:x:0:0:root:/root:/bin/sh\n"
                                         "broken\n"
                                         "ann:x:1000:1000:Ann:/home/ann:/bin/sh\n");
    }
    std::optional<Owner> owner(const Variables &changed = {},
                               const std::filesystem::path &store = "/home/ann/.docker/buildx") {
        Variables variables = {{"SUDO_COMMAND", "berth create"},
                               {"SUDO_UID", "1000"},
                               {"SUDO_GID", "1001"},
                               {"HOME", "/home/ann"}};
        for (const auto &[name, value] : changed)
            variables[name] = value;
        return sudo_owner(Environment(std::move(variables)), store, accounts_);
    }

    test::TemporaryDirectory folder_;
    std::filesystem::path accounts_ = folder_ / "passwd";
};

TEST_F(StoreOwnerTest, IsTheUserOfSudoInTheirHome) {
    auto found = owner();
    ASSERT_TRUE(found);
    EXPECT_EQ(found->user, 1000u);
    EXPECT_EQ(found->group, 1001u);
}

TEST_F(StoreOwnerTest, IsNobodyElse) {
    EXPECT_FALSE(
        sudo_owner(Environment(Variables{{"HOME", "/home/ann"}}), "/home/ann/x", accounts_));
    EXPECT_FALSE(owner({{"HOME", "/root"}})); // sudo with root's own home
    EXPECT_FALSE(owner({}, "/etc/buildx"));
    EXPECT_FALSE(owner({}, "/home/ann"));
    EXPECT_FALSE(owner({}, "/home/ann/../bob/buildx"));
    EXPECT_FALSE(owner({{"SUDO_UID", "1001"}}));
    for (const auto *bad : {"", "-1", "4294967295", "ann"})
        EXPECT_FALSE(owner({{"SUDO_UID", bad}})) << bad;
}

TEST_F(StoreOwnerTest, OwnsWhatIsWritten) {
    if (::geteuid() != 0)
        GTEST_SKIP() << "only root can give files away";
    Store store(folder_ / "buildx", Owner{.user = 1000, .group = 1001});
    store.begin().save({.name = "b", .nodes = {{.name = "b0", .endpoint = "e"}}});
    store.node_id();
    store.save_ref("b", "b0", "ref", {.target = "default", .local_path = "/context"});
    for (const auto *name : {"", "instances", "instances/b", ".buildNodeID", ".lock", "refs",
                             "refs/b", "refs/b/b0", "refs/b/b0/ref"}) {
        struct stat status = {};
        ASSERT_EQ(::stat((folder_ / "buildx" / name).c_str(), &status), 0) << name;
        EXPECT_EQ(status.st_uid, 1000u) << name;
        EXPECT_EQ(status.st_gid, 1001u) << name;
    }
}

} // namespace
} // namespace berth::store
