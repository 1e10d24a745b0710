// SPDX-License-Identifier: Apache-2.0
#include "berth/session/content.hpp"
#include "berth/util/encoding.hpp"

#include "buildkit/content.pb.h"
#include "session_call.hpp"
#include "temporary_tree.hpp"

#include <gmock/gmock.h>

namespace berth::session {
namespace {

using namespace containerd::services::content::v1;
using buildkit::StatusCode;
using ::testing::HasSubstr;

const std::string service = "/containerd.services.content.v1.Content/";

std::string digest_of(const std::string &content) {
    return "sha256:" + sha256_hex(content);
}

class ContentTest : public ::testing::Test {
  protected:
    ContentTest() {
        add_content(services, {{"oci:layout", {.path = tree / "layout"}},
                               {"local:cache", {.path = tree / "cache", .writable = true}}});
    }
    void blob(const std::string &content) {
        tree.file("layout/blobs/sha256/" + sha256_hex(content), content);
    }
    std::pair<std::string, buildkit::Status> read(const std::string &digest,
                                                  std::int64_t offset = 0, std::int64_t size = 0,
                                                  const std::string &store = "oci:layout") {
        test::SessionCall call(services, service + "Read",
                               {{"buildkit-attachable-store-id", store}});
        ReadContentRequest request;
        request.set_digest(digest);
        request.set_offset(offset);
        request.set_size(size);
        buildkit::write(call.stream(), request);
        std::string all;
        ReadContentResponse response;
        while (buildkit::read(call.stream(), response)) {
            EXPECT_EQ(response.offset(), static_cast<std::int64_t>(all.size()));
            all += response.data();
        }
        return {all, call.finish()};
    }
    void start_writing(const std::string &store = "local:cache") {
        call.emplace(services, service + "Write",
                     buildkit::Metadata{{"buildkit-attachable-store-id", store}});
    }
    WriteContentResponse write(WriteAction action, const std::string &data, std::int64_t offset,
                               const std::string &expected = "", std::int64_t total = 0) {
        WriteContentRequest request;
        request.set_action(action);
        request.set_ref("ref");
        request.set_data(data);
        request.set_offset(offset);
        request.set_expected(expected);
        request.set_total(total);
        buildkit::write(call->stream(), request);
        WriteContentResponse response;
        buildkit::read(call->stream(), response);
        return response;
    }
    std::string written(const std::string &content) const {
        return tree.content("cache/blobs/sha256/" + sha256_hex(content));
    }
    bool nothing_is_left_half_done() const {
        return !std::filesystem::exists(tree / "cache/ingest") ||
               tree.names("cache/ingest").empty();
    }

    test::TemporaryTree tree;
    buildkit::Services services;
    std::optional<test::SessionCall> call;
};

TEST_F(ContentTest, ReadsBlobsWholeAndInParts) {
    std::string large(1'000'000, 'x');
    large += "end";
    blob(large);
    EXPECT_EQ(read(digest_of(large)).first, large);
    EXPECT_EQ(read(digest_of(large), 1'000'000).first, "end");
    EXPECT_EQ(read(digest_of(large), 999'999, 2).first, "xe");
    EXPECT_EQ(read(digest_of(large), 1'000'002, 1'000).first, "d");
    EXPECT_EQ(read(digest_of(large), 1'000'003).first, "");
    EXPECT_EQ(read(digest_of(large), 1'000'004).second.code, StatusCode::out_of_range);
    EXPECT_EQ(read(digest_of(large), -5, -7).first, large);
    EXPECT_EQ(read(digest_of(large), 1, std::numeric_limits<std::int64_t>::max()).first,
              large.substr(1));
}

TEST_F(ContentTest, ReportsItsBlobs) {
    blob("content");
    InfoRequest request;
    request.set_digest(digest_of("content"));
    auto [response, status] = test::call<InfoResponse>(
        services, service + "Info", request, {{"buildkit-attachable-store-id", "oci:layout"}});
    EXPECT_TRUE(status.ok());
    EXPECT_EQ(response.info().size(), 7);
    EXPECT_EQ(response.info().digest(), digest_of("content"));
    EXPECT_EQ(read(digest_of("other")).second.code, StatusCode::not_found);
}

TEST_F(ContentTest, OnlyDigestsNameFiles) {
    tree.file("layout/secret", "secret");
    tree.folder("layout/blobs/sha256/" + std::string(64, 'a'));
    for (const std::string digest :
         {"sha256:../../secret", "../../secret", "", "sha256:", "sha512:abc"})
        EXPECT_EQ(read(digest).second.code, StatusCode::invalid_argument) << digest;
    EXPECT_EQ(read("sha256:" + std::string(64, 'A')).second.code, StatusCode::invalid_argument);
    EXPECT_EQ(read("sha256:" + std::string(64, 'a')).second.code, StatusCode::not_found);
}

TEST_F(ContentTest, StoresAreSeparate) {
    blob("content");
    EXPECT_EQ(read(digest_of("content"), 0, 0, "local:cache").second.code, StatusCode::not_found);
    EXPECT_EQ(read(digest_of("content"), 0, 0, "other").second.code, StatusCode::not_found);
    EXPECT_EQ(read(digest_of("content"), 0, 0, "").second.code, StatusCode::invalid_argument);
}

TEST_F(ContentTest, ListsItsBlobs) {
    for (int i = 0; i < 150; ++i)
        blob(std::to_string(i));
    tree.file("layout/blobs/sha256/no-digest");
    test::SessionCall running(services, service + "List",
                              {{"buildkit-attachable-store-id", "oci:layout"}});
    buildkit::write(running.stream(), ListContentRequest());
    int count = 0;
    ListContentResponse response;
    while (buildkit::read(running.stream(), response))
        count += response.info_size();
    EXPECT_EQ(count, 150);
    EXPECT_TRUE(running.finish().ok());
}

TEST_F(ContentTest, WritesABlobInParts) {
    auto digest = digest_of("onetwo");
    start_writing();
    EXPECT_EQ(write(STAT, "", 0, digest, 6).offset(), 0);
    EXPECT_EQ(write(WRITE, "one", 0).offset(), 3);
    EXPECT_EQ(write(WRITE, "two", 3).digest(), digest);
    EXPECT_EQ(written("onetwo"), "");
    auto last = write(COMMIT, "", 6, digest, 6);
    EXPECT_EQ(last.action(), COMMIT);
    EXPECT_EQ(last.digest(), digest);
    EXPECT_TRUE(call->finish().ok());
    EXPECT_EQ(written("onetwo"), "onetwo");
    EXPECT_TRUE(nothing_is_left_half_done());
    EXPECT_EQ(read(digest, 0, 0, "local:cache").first, "onetwo");
}

TEST_F(ContentTest, RestartsAtOffsetZero) {
    start_writing();
    write(WRITE, "wrong", 0);
    EXPECT_EQ(write(WRITE, "right", 0).offset(), 5);
    write(COMMIT, "", 5);
    EXPECT_TRUE(call->finish().ok());
    EXPECT_EQ(written("right"), "right");
}

TEST_F(ContentTest, ExistingBlobsAreNotRewritten) {
    tree.file("cache/blobs/sha256/" + sha256_hex("content"), "content");
    start_writing();
    write(STAT, "", 0, digest_of("content"));
    EXPECT_EQ(call->finish().code, StatusCode::already_exists);
}

TEST_F(ContentTest, RefusesBlobsThatDifferFromTheirDescriptor) {
    start_writing();
    write(WRITE, "content", 0);
    write(COMMIT, "", 7, digest_of("other"));
    EXPECT_EQ(call->finish().code, StatusCode::failed_precondition);
    start_writing();
    write(WRITE, "content", 0);
    write(COMMIT, "", 7, "", 8);
    EXPECT_EQ(call->finish().code, StatusCode::failed_precondition);
    start_writing();
    write(WRITE, "content", 0);
    write(WRITE, "gap", 100);
    EXPECT_EQ(call->finish().code, StatusCode::out_of_range);
    EXPECT_EQ(written("content"), "");
    EXPECT_TRUE(nothing_is_left_half_done());
}

TEST_F(ContentTest, RemovesAnIncompleteBlob) {
    start_writing();
    write(WRITE, "content", 0);
    call->fail({StatusCode::unavailable, "broken", {}});
    EXPECT_EQ(call->finish().message, "broken");
    EXPECT_TRUE(nothing_is_left_half_done());
}

TEST_F(ContentTest, ALayoutIsOnlyRead) {
    start_writing("oci:layout");
    write(WRITE, "content", 0);
    EXPECT_EQ(call->finish().code, StatusCode::permission_denied);
    EXPECT_FALSE(std::filesystem::exists(tree / "layout"));
}

TEST_F(ContentTest, NamesAnUnwritableDirectory) {
    tree.file("cache", "a file");
    start_writing();
    write(WRITE, "content", 0);
    EXPECT_THAT(call->finish().message, HasSubstr((tree / "cache").string()));
}

TEST_F(ContentTest, GarbageEndsTheCall) {
    start_writing();
    call->stream().write("\xff\xff");
    EXPECT_EQ(call->finish().code, StatusCode::internal);
}

} // namespace
} // namespace berth::session
