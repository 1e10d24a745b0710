// SPDX-License-Identifier: Apache-2.0
// Writes to a full or read-only file system: the error names the file, and no partial file is left.
#include "berth/util/file.hpp"

#include "support.hpp"

#include <sys/mount.h>
#include <unistd.h>

namespace berth::test {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class DiskFullTest : public ::testing::Test {
  protected:
    void SetUp() override {
        if (::geteuid() != 0)
            GTEST_SKIP() << "mounts need root";
        fs::create_directories(small());
        ASSERT_EQ(::mount("tmpfs", small().c_str(), "tmpfs", 0, "size=1m"), 0);
        mounted_ = true;
        builder = world.builder("full");
        world.write("app/Dockerfile", "FROM scratch\nCOPY big /\n");
        run({"sh", "-c", "head -c 3000000 /dev/urandom >\"$0\"", world.folder("app/big")});
    }
    ~DiskFullTest() override {
        if (mounted_)
            ::umount2(small().c_str(), MNT_DETACH);
    }
    fs::path small() const { return world.path() / "small"; }
    std::string in_small(const std::string &name) const { return (small() / name).string(); }
    void fill() const {
        try {
            write_file_atomically(small() / "filler", std::string(900'000, 'x'));
            for (int i = 0;; ++i)
                write_file_atomically(small() / std::to_string(i), std::string(4096, 'x'));
        } catch (const std::exception &) { // full
        }
    }
    Result build(std::vector<std::string> words, const Variables &variables = {}) {
        words.insert(words.begin(), {"build", "--builder", builder, world.folder("app")});
        return world.berth(words, variables);
    }
    World world;
    std::string builder;

  private:
    bool mounted_ = false;
};

TEST_F(DiskFullTest, TheErrorNamesTheDestination) {
    for (const std::string output :
         {"type=tar,dest=", "type=oci,dest=", "type=oci,tar=false,dest=", "type=local,dest="}) {
        auto result = build({"-o", output + in_small("out")});
        EXPECT_EQ(result.code, 1) << output;
        auto error = result.err.substr(result.err.rfind("\nERROR: "));
        EXPECT_THAT(error, HasSubstr(in_small("out"))) << output;
        EXPECT_THAT(error, HasSubstr("No space left on device")) << output;
        EXPECT_FALSE(fs::is_regular_file(in_small("out"))) << output;
        EXPECT_FALSE(fs::exists(in_small("out/big"))) << output;
        fs::remove_all(in_small("out"));
    }
    auto cache = build({"--cache-to", "type=local,dest=" + in_small("cache")});
    EXPECT_EQ(cache.code, 1);
    EXPECT_THAT(cache.err,
                HasSubstr("cannot write to " + in_small("cache") + ": No space left on device"));
    fill();
    for (const auto *flag : {"--iidfile", "--metadata-file"}) {
        auto result = build({"-o", "type=image", flag, in_small("file")});
        EXPECT_EQ(result.code, 1) << flag;
        EXPECT_THAT(result.err,
                    HasSubstr("cannot write " + in_small("file") + ": No space left on device"));
        EXPECT_FALSE(fs::exists(in_small("file")));
    }
}

TEST_F(DiskFullTest, TheClientsOwnDirectories) {
    Variables store = {{"BUILDX_CONFIG", in_small("store")}};
    ASSERT_EQ(world.berth({"create", "--name", world.name("first")}, store).code, 0);
    auto record = read_file(in_small("store/instances/" + world.name("first")));
    fill();
    auto created = world.berth({"create", "--name", world.name("second")}, store);
    EXPECT_EQ(created.code, 1);
    EXPECT_THAT(created.err, HasSubstr("cannot write " + in_small("store/")));
    EXPECT_THAT(created.err, HasSubstr("No space left on device"));
    EXPECT_EQ(read_file(in_small("store/instances/" + world.name("first"))), record);
    // A build does not need its cache.
    auto loaded = build({"--load", "-t", world.image("full")},
                        {{"XDG_CACHE_HOME", in_small("c")}, {"TMPDIR", small().string()}});
    EXPECT_EQ(loaded.code, 0) << loaded.err;
}

TEST_F(DiskFullTest, AReadOnlyStoreKeepsItsBuilders) {
    fs::copy(world.folder("store"), small() / "store", fs::copy_options::recursive);
    Variables store = {{"BUILDX_CONFIG", in_small("store")}};
    ASSERT_EQ(::mount("", small().c_str(), "", MS_REMOUNT | MS_RDONLY, ""), 0);
    EXPECT_EQ(world.berth({"inspect", builder}, store).code, 0);
    EXPECT_EQ(world.berth({"du", "--builder", builder}, store).code, 0);
    for (const auto &words : std::vector<std::vector<std::string>>{
             {"rm", builder}, {"use", builder}, {"create", "--name", world.name("x")}}) {
        auto result = world.berth(words, store);
        EXPECT_EQ(result.code, 1) << words[0];
        EXPECT_THAT(result.err, HasSubstr(in_small("store"))) << words[0];
        EXPECT_THAT(result.err, HasSubstr("Read-only file system")) << words[0];
    }
    EXPECT_EQ(build({"-q"}).code, 0);
    EXPECT_FALSE(inspect("buildx_buildkit_" + builder + "0").is_null());
}

} // namespace
} // namespace berth::test
