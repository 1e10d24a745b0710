// The folder of a local cache, as the scripts in the builder take and give it.
#include "berth/build/local_cache.hpp"
#include "berth/docker/arguments.hpp"
#include "berth/util/error.hpp"
#include "berth/util/file.hpp"

#include "support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace berth::build {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

class CacheFolderTest : public ::testing::Test {
  protected:
    static json index(const std::vector<std::pair<std::string, std::string>> &tags) {
        json result = {{"schemaVersion", 2}, {"manifests", json::array()}};
        for (const auto &[tag, digest] : tags)
            result["manifests"].push_back(
                {{"digest", digest},
                 {"annotations", {{"org.opencontainers.image.ref.name", tag}}}});
        return result;
    }
    void take(const std::map<std::string, std::string> &files) {
        auto archive = docker::tar_files(files);
        auto sink = make_cache_sink(folder());
        sink->write(archive);
        sink->commit();
    }
    std::string folder() { return (directory.path() / "cache").string(); }
    std::string file(const std::string &name) {
        return read_file(directory.path() / "cache" / name);
    }
    test::TemporaryDirectory directory;
};

TEST_F(CacheFolderTest, NewBlobsAreAddedAndOtherTagsStay) {
    take({{"./blobs/sha256/aa", "1"}, {"./index.json", index({{"latest", "aa"}}).dump()}});
    EXPECT_EQ(blobs_of(folder()), "./blobs/sha256/aa\n");
    take({{"./blobs/sha256/bb", "2"},
          {"./index.json", index({{"b", "bb"}}).dump()},
          {"./oci-layout", "{}"}});
    take({{"./blobs/sha256/cc", "3"}, {"./index.json", index({{"latest", "cc"}}).dump()}});
    EXPECT_EQ(file("blobs/sha256/aa") + file("blobs/sha256/bb") + file("blobs/sha256/cc"), "123");
    EXPECT_EQ(json::parse(file("index.json")), index({{"b", "bb"}, {"latest", "cc"}}));
    std::size_t entries = 0;
    for ([[maybe_unused]] const auto &entry : std::filesystem::directory_iterator(folder()))
        ++entries;
    EXPECT_EQ(entries, 3u) << "blobs, index.json, oci-layout, and nothing half-made";
}

TEST_F(CacheFolderTest, AnEmptyCacheChangesNothing) {
    take({{"./index.json", index({{"latest", "aa"}}).dump()}});
    take({{"./blobs/sha256/bb", "2"}});
    EXPECT_EQ(json::parse(file("index.json")), index({{"latest", "aa"}}));
}

TEST_F(CacheFolderTest, ABrokenIndexIsNotOverwritten) {
    std::filesystem::create_directories(folder());
    write_file_atomically(std::filesystem::path(folder()) / "index.json", "[]", 0644);
    EXPECT_THROW(take({{"./index.json", index({{"latest", "aa"}}).dump()}}), Error);
    EXPECT_EQ(file("index.json"), "[]");
}

TEST_F(CacheFolderTest, ACacheThatIsNotThereYetIsAWarning) {
    BuildOptions options;
    options.cache_from = {"type=local,src=" + folder()};
    auto caches = read_cache_options(options);
    std::string warnings;
    EXPECT_TRUE(read_cache_folders(caches, warnings).empty());
    EXPECT_THAT(warnings, HasSubstr("local cache import at " + folder() + " not found"));
    auto blob = std::string(64, 'a');
    take({{"./blobs/sha256/" + blob, "1"},
          {"./index.json", index({{"latest", "sha256:" + blob}}).dump()}});
    warnings.clear();
    auto folders = read_cache_folders(caches, warnings);
    ASSERT_EQ(folders.size(), 1u);
    EXPECT_EQ(folders.begin()->second.manifest.entries.size(), 4u)
        << "index.json, blobs, blobs/sha256, the blob";
    EXPECT_EQ(warnings, "");
}

} // namespace
} // namespace berth::build
