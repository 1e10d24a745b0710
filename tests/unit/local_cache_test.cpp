// SPDX-License-Identifier: Apache-2.0
// --cache-from and --cache-to: their meaning, and the directory of a local cache.
#include "berth/image/oci_index.hpp"
#include "berth/job/local_cache.hpp"
#include "berth/util/encoding.hpp"
#include "berth/util/error.hpp"

#include "temporary_tree.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace berth::job {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string text_of(const std::vector<CacheEntry> &entries) {
    std::string text;
    for (const auto &entry : entries) {
        text += entry.type;
        for (const auto &[key, value] : entry.attributes)
            text += " " + key + "=" + value;
        text += ";";
    }
    return text;
}

CacheOptions read(const std::vector<std::string> &from, const std::vector<std::string> &to) {
    BuildOptions options;
    options.cache_from = from;
    options.cache_to = to;
    return read_cache_options(options);
}

std::string failure(const std::vector<std::string> &from, const std::vector<std::string> &to) {
    try {
        read(from, to);
    } catch (const Error &error) {
        return error.what();
    }
    return "nothing";
}

TEST(LocalCacheTest, ReferencesAreCachesOfARegistry) {
    auto options =
        read({"registry.example/c", "type=gha,scope=x", "one,two"}, {"type=inline", "a"});
    EXPECT_EQ(text_of(options.from), "registry ref=registry.example/c;gha scope=x;"
                                     "registry ref=one;registry ref=two;");
    EXPECT_EQ(text_of(options.to), "inline;registry ref=a;");
}

TEST(LocalCacheTest, ReportsMissingParts) {
    EXPECT_THAT(failure({}, {"type=local"}), HasSubstr("local cache exporter requires dest"));
    EXPECT_THAT(failure({"type=local"}, {}), HasSubstr("local cache importer requires src"));
    EXPECT_THAT(failure({"type=registry"}, {}), HasSubstr("registry cache importer requires ref"));
    EXPECT_THAT(failure({}, {"dest=x"}), HasSubstr("type required"));
    EXPECT_THAT(failure({}, {"type=local,dest"}), HasSubstr("invalid value dest of --cache-to"));
}

class LocalCacheFiles : public ::testing::Test {
  protected:
    std::string blob(const std::string &content) const {
        tree.file("cache/blobs/sha256/" + sha256_hex(content), content);
        return "sha256:" + sha256_hex(content);
    }
    // The response of a solve that exported a cache.
    static std::map<std::string, std::string> exported(const std::string &digest) {
        return {
            {"cache.manifest", json({{"mediaType", "m"}, {"digest", digest}, {"size", 1}}).dump()}};
    }
    static CacheOptions options(std::vector<std::string> from, std::vector<std::string> to = {}) {
        BuildOptions options;
        options.cache_from = std::move(from);
        options.cache_to = std::move(to);
        return read_cache_options(options);
    }
    SolveCaches solve(std::vector<std::string> from, std::vector<std::string> to = {}) {
        warnings.clear();
        return solve_caches(options(std::move(from), std::move(to)), warnings);
    }
    std::string finish(const std::string &to, const std::map<std::string, std::string> &response) {
        auto caches = solve({}, {to});
        lock_caches(caches);
        return finish_caches(caches, response);
    }
    std::string find(const std::string &tag) const {
        return image::find_in_oci_index(image::read_oci_index(cache), tag);
    }

    test::TemporaryTree tree;
    std::string cache = (tree / "cache").string(), warnings;
};

TEST_F(LocalCacheFiles, AnExportedCacheIsFoundAgain) {
    auto to = solve({}, {"type=local,mode=max,dest=" + cache});
    ASSERT_EQ(to.to.size(), 1u);
    EXPECT_EQ(to.to[0].attribute("dest"), cache);
    EXPECT_EQ(to.to[0].attribute("mode"), "max");
    ASSERT_EQ(to.stores.count("local:" + cache), 1u);
    EXPECT_TRUE(to.stores.at("local:" + cache).writable);
    EXPECT_FALSE(std::filesystem::exists(cache)) << "before anything came";

    auto digest = blob("manifest");
    EXPECT_EQ(finish_caches(to, exported(digest)), "");
    EXPECT_TRUE(to.locks.empty());
    auto from = solve({"type=local,src=" + cache, "type=registry,ref=r"});
    EXPECT_EQ(warnings, "");
    ASSERT_EQ(from.from.size(), 2u);
    EXPECT_EQ(from.from[0].attribute("digest"), digest);
    EXPECT_FALSE(from.stores.at("local:" + cache).writable);
}

TEST_F(LocalCacheFiles, TheSameDirectoryCanBeReadAndWritten) {
    finish("type=local,dest=" + cache, exported(blob("manifest")));
    auto both = solve({"type=local,src=" + cache}, {"type=local,dest=" + cache});
    ASSERT_EQ(both.stores.size(), 1u);
    EXPECT_TRUE(both.stores.begin()->second.writable);
}

TEST_F(LocalCacheFiles, TagsAreSeparate) {
    auto one = blob("one"), two = blob("two");
    finish("type=local,tag=a,dest=" + cache, exported(one));
    finish("type=local,dest=" + cache, exported(one));
    finish("type=local,dest=" + cache, exported(two));
    EXPECT_EQ(find("a"), one);
    EXPECT_EQ(find("latest"), two);
    EXPECT_EQ(solve({"type=local,tag=a,src=" + cache}).from[0].attribute("digest"), one);
    EXPECT_EQ(solve({"type=local,digest=" + one + ",src=" + cache}).from[0].attribute("digest"),
              one);
}

TEST_F(LocalCacheFiles, AMissingCacheIsAWarning) {
    EXPECT_TRUE(solve({"type=local,src=" + cache}).from.empty());
    EXPECT_THAT(warnings, HasSubstr("WARNING: local cache import at " + cache +
                                    " not found due to err: could not read " + cache +
                                    "/index.json: no such file or directory\n"));
    finish("type=local,dest=" + cache, exported(blob("manifest")));
    EXPECT_TRUE(solve({"type=local,tag=b,src=" + cache}).from.empty());
    EXPECT_THAT(warnings, HasSubstr("no digest found for tag b"));
    std::filesystem::remove_all(tree / "cache/blobs");
    EXPECT_TRUE(solve({"type=local,src=" + cache}).stores.empty());
    EXPECT_THAT(warnings, HasSubstr("unavailable"));
    tree.file("cache/index.json", "{");
    EXPECT_TRUE(solve({"type=local,src=" + cache}).from.empty());
    EXPECT_THAT(warnings, HasSubstr("index.json is not an OCI image index"));
}

TEST_F(LocalCacheFiles, UnwritableDestinationsFailBeforeTheBuild) {
    tree.file("file");
    auto path = (tree / "file").string();
    EXPECT_THROW(solve({}, {"type=local,dest=" + path}), Error);
    EXPECT_EQ(solve({}, {"type=local,ignore-error=true,dest=" + path}).to.size(), 1u);
}

TEST_F(LocalCacheFiles, ResetRemovesUnreferencedBlobs) {
    auto descriptor = [](const std::string &digest, const char *type) {
        return json({{"digest", digest}, {"mediaType", type}});
    };
    auto manifest_of = [&](const std::string &layer) {
        return blob(json({{"layers", {descriptor(blob(layer), "layer")}},
                          {"config", descriptor(blob("config"), "config")}})
                        .dump());
    };
    auto response = [](const std::string &digest) {
        return std::map<std::string, std::string>{
            {"cache.manifest",
             json({{"mediaType", "application/vnd.oci.image.manifest.v1+json"}, {"digest", digest}})
                 .dump()}};
    };
    auto blobs = [this] { return tree.names("cache/blobs/sha256"); };
    auto kept = manifest_of("kept"), old = manifest_of("old"), fresh = manifest_of("fresh");
    auto to = "type=local,reset=true,dest=" + cache;
    EXPECT_EQ(finish("type=local,tag=kept,dest=" + cache, response(kept)), "");
    EXPECT_EQ(finish("type=local,dest=" + cache, response(old)), "");
    EXPECT_EQ(blobs().size(), 7u);
    {
        auto other = solve({}, {"type=local,dest=" + cache}); // another build's
        lock_caches(other);
        EXPECT_THAT(finish(to, response(fresh)), HasSubstr("was not reset: another build uses it"));
    }
    EXPECT_EQ(blobs().size(), 7u);
    EXPECT_EQ(finish(to, response(fresh)), "");
    EXPECT_EQ(blobs().size(), 5u);
    EXPECT_FALSE(blobs().contains(sha256_hex("old")));
    EXPECT_TRUE(blobs().contains(sha256_hex("kept")));

    std::filesystem::remove(cache + "/blobs/sha256/" + kept.substr(7));
    EXPECT_THAT(finish(to, response(fresh)), HasSubstr("was not reset"));
    EXPECT_EQ(blobs().size(), 4u);
    EXPECT_THROW(solve({}, {"type=local,reset=maybe,dest=" + cache}), Error);
}

TEST_F(LocalCacheFiles, ADirectoryWithoutTheCacheIsNotIndexed) {
    EXPECT_EQ(finish("type=local,dest=" + cache, {}), "");
    for (const auto &odd : {exported("sha256:" + std::string(64, 'a')), exported("../../x"),
                            std::map<std::string, std::string>{{"cache.manifest", "[7]"}}})
        EXPECT_THAT(finish("type=local,dest=" + cache, odd), HasSubstr("was not updated"));
    EXPECT_FALSE(std::filesystem::exists(cache));
}

} // namespace
} // namespace berth::job
