// SPDX-License-Identifier: Apache-2.0
// Copies between registries and layouts: no wrong blob arrives, and existing content is not sent.
#include "berth/registry/copy.hpp"
#include "berth/util/encoding.hpp"
#include "berth/util/file.hpp"
#include "berth/util/strings.hpp"

#include "support/http_server.hpp"
#include "support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <atomic>

namespace berth::registry {
namespace {

using nlohmann::json;
using test::HttpServer;
using test::ServerAnswer;
using test::ServerRequest;
using ::testing::Contains;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::Not;

std::string digest_of(const std::string &bytes) {
    return "sha256:" + sha256_hex(bytes);
}

// Keeps pushed content in memory; repositories share nothing.
class MemoryRegistry {
  public:
    std::map<std::string, std::string> blobs, manifests; // "app@sha256:…"; also "app:tag"
    std::map<std::string, std::string> referrers;        // indexes, by the digest of the subject
    std::string upload_host = {};                        // where uploads go; empty: here
    bool mounts = true;

    ServerAnswer answer(const ServerRequest &request) {
        std::lock_guard lock(mutex_);
        auto path = request.target.substr(4, request.target.find('?') - 4);
        auto query = request.target.find('?') == std::string::npos
                         ? ""
                         : request.target.substr(request.target.find('?') + 1);
        auto slash = path.find('/');
        auto repository = path.substr(0, slash), rest = path.substr(slash + 1);
        if (rest.starts_with("referrers/")) {
            auto listed = referrers.find(rest.substr(rest.find('/') + 1));
            if (listed == referrers.end())
                return {.status = "404 Not Found"};
            return {.headers = {"Content-Type: " + std::string(media::oci_index)},
                    .body = listed->second};
        }
        if (rest == "blobs/uploads/")
            return begin_upload(repository, replace_all(query, "%3A", ":"));
        auto object = rest.substr(rest.find('/') + 1);
        auto key = repository + (object.starts_with("sha256:") ? "@" : ":") + object;
        auto &kept = rest.starts_with("blobs/") ? blobs : manifests;
        if (request.method == "PUT" && rest.starts_with("manifests/")) {
            manifests[key] = request.body;
            manifests[repository + "@" + digest_of(request.body)] = request.body;
            return {.status = "201 Created"};
        }
        auto found = kept.find(key);
        if (found == kept.end())
            return {.status = "404 Not Found"};
        return {.headers = {"Content-Type: " + std::string(media::oci_manifest)},
                .body = found->second};
    }
    // The last step of an upload, wherever it is.
    ServerAnswer take_upload(const ServerRequest &request) {
        std::lock_guard lock(mutex_);
        auto target = replace_all(request.target, "%3A", ":");
        auto digest = target.substr(target.find("digest=") + 7);
        if (digest_of(request.body) != digest)
            return {.status = "400 Bad Request"};
        auto name = target.substr(8, target.find('?') - 8);
        blobs[name + "@" + digest] = request.body;
        return {.status = "201 Created"};
    }

  private:
    ServerAnswer begin_upload(const std::string &repository, const std::string &query) {
        if (auto from = query.find("&from="); from != std::string::npos && mounts) {
            auto digest = query.substr(6, from - 6);
            auto found = blobs.find(query.substr(from + 6) + "@" + digest);
            if (found != blobs.end()) {
                blobs[repository + "@" + digest] = found->second;
                return {.status = "201 Created"};
            }
        }
        return {.status = "202 Accepted",
                .headers = {"Location: " + upload_host + "/upload/" + repository + "?state=1"}};
    }

    std::mutex mutex_;
};

class RegistryServer : public MemoryRegistry {
  public:
    HttpServer server{[this](const ServerRequest &request) {
        if (!password.empty() &&
            request.header("authorization") != "Basic " + base64_encode("me:" + password))
            return ServerAnswer{.status = "401 Unauthorized",
                                .headers = {"WWW-Authenticate: Basic realm=\"r\""}};
        if (request.method == "GET" && request.target.starts_with("/v2/app/blobs/") &&
            breaks.fetch_sub(1) > 0) {
            auto whole = answer(request).body;
            return ServerAnswer{
                .raw = "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(whole.size()) +
                       "\r\n\r\n" + whole.substr(0, whole.size() / 2)};
        }
        return request.target.starts_with("/upload/") ? take_upload(request) : answer(request);
    }};
    std::string password = {};
    std::atomic<int> breaks{0}; // downloads of blobs that end half-way

    Location location(const std::string &name) const {
        return parse_location(server.host() + "/" + name);
    }
};

class RegistryCopyTest : public ::testing::Test {
  protected:
    // Creates an image of one layer in `registry`, and returns the descriptor of its manifest.
    static Descriptor add_image(MemoryRegistry &registry, const std::string &layer,
                                const std::string &layer_sent = "") {
        std::string config = R"({"architecture":"amd64","os":"linux"})";
        json manifest = {{"schemaVersion", 2},
                         {"mediaType", media::oci_manifest},
                         {"config", entry("application/vnd.oci.image.config.v1+json", config)},
                         {"layers", {entry("application/vnd.oci.image.layer.v1.tar", layer)}}};
        registry.blobs["app@" + digest_of(config)] = config;
        registry.blobs["app@" + digest_of(layer)] = layer_sent.empty() ? layer : layer_sent;
        auto document = make_document(media::oci_manifest, manifest.dump());
        registry.manifests["app@" + document.descriptor.digest] = document.bytes;
        return document.descriptor;
    }
    static json entry(const char *type, const std::string &bytes) {
        return {{"mediaType", type}, {"digest", digest_of(bytes)}, {"size", bytes.size()}};
    }

    process::Cancellation cancellation_;
    Environment environment_;
    Images images_{{.cancellation = cancellation_,
                    .environment = environment_,
                    .credentials =
                        [](const std::string &) {
                            return session::Credential{.username = "me", .password = "secret"};
                        },
                    .wait = [](std::chrono::milliseconds) { return true; }}};
    RegistryServer from_, to_;
    test::TemporaryDirectory directory_;
    std::filesystem::path layout_ = directory_.path();
};

// Copying the subject must not wait for a referrer whose copy waits for the subject.
TEST_F(RegistryCopyTest, CopiesAReferrerThatContainsItsSubject) {
    auto image = add_image(from_, "layer");
    auto index = make_document(
        media::oci_index,
        json{{"schemaVersion", 2},
             {"mediaType", media::oci_index},
             {"manifests",
              {{{"mediaType", image.media_type}, {"digest", image.digest}, {"size", image.size}}}}}
            .dump());
    from_.manifests["app@" + index.descriptor.digest] = index.bytes;
    from_.referrers[image.digest] =
        json{{"manifests",
              {{{"mediaType", media::oci_index},
                {"digest", index.descriptor.digest},
                {"size", index.bytes.size()},
                {"artifactType", "application/vnd.dev.cosign.artifact.sig.v1+json"}}}}}
            .dump();
    Copier(images_, to_.location("copy")).copy(from_.location("app"), image);
    EXPECT_TRUE(to_.manifests.contains("copy@" + image.digest));
    EXPECT_TRUE(to_.manifests.contains("copy@" + index.descriptor.digest));
}

TEST_F(RegistryCopyTest, StreamsBlobsToAnotherRegistry) {
    auto layer = std::string(5u << 20, 'l') + "end"; // more than waits on the way
    auto descriptor = add_image(from_, layer);
    Copier copier(images_, to_.location("new:v1"));
    copier.copy(from_.location("app"), descriptor);
    EXPECT_EQ(to_.blobs["new@" + digest_of(layer)], layer);
    EXPECT_TRUE(to_.manifests.contains("new@" + descriptor.digest));
    copier.publish(to_.location("new:v1"), {descriptor, to_.manifests["new@" + descriptor.digest]});
    EXPECT_TRUE(to_.manifests.contains("new:v1"));

    auto before = to_.server.requests().size();
    Copier again(images_, to_.location("new:v1"));
    again.copy(from_.location("app"), descriptor);
    EXPECT_EQ(to_.server.requests().size(), before + 1) << "it is all there";
}

TEST_F(RegistryCopyTest, ADownloadThatBreaksIsRepeated) {
    auto layer = std::string(3u << 20, 'l') + "end";
    auto descriptor = add_image(from_, layer);
    for (const auto &to :
         {to_.location("new"), parse_location("oci-layout://" + (layout_ / "o").string())}) {
        from_.breaks = 2;
        Copier(images_, to).copy(from_.location("app"), descriptor);
        EXPECT_LE(from_.breaks, 0);
    }
    EXPECT_EQ(to_.blobs["new@" + digest_of(layer)], layer);
    EXPECT_EQ(read_file(layout_ / "o/blobs/sha256" / digest_of(layer).substr(7)), layer);
}

TEST_F(RegistryCopyTest, AWrongBlobNeverArrives) {
    for (const auto &sent : {std::string(100000, 'x'), std::string(99999, 'l'),
                             std::string(100001, 'l'), std::string("short")}) {
        auto layer = std::string(100000, 'l');
        auto descriptor = add_image(from_, layer, sent);
        Copier copier(images_, to_.location("new"));
        EXPECT_THROW(copier.copy(from_.location("app"), descriptor), Error) << sent.size();
        EXPECT_FALSE(to_.blobs.contains("new@" + digest_of(layer)));
        EXPECT_FALSE(to_.manifests.contains("new@" + descriptor.digest));
    }
}

TEST_F(RegistryCopyTest, WithinARegistryNothingIsSent) {
    auto descriptor = add_image(from_, "layer");
    Copier copier(images_, from_.location("other"));
    copier.copy(from_.location("app"), descriptor);
    EXPECT_TRUE(from_.blobs.contains("other@" + digest_of("layer")));
    EXPECT_THAT(from_.server.lines(), Each(Not(HasSubstr("/upload/"))));
}

TEST_F(RegistryCopyTest, SendsIfTheRegistryRefusesToMount) {
    from_.mounts = false;
    auto descriptor = add_image(from_, "layer");
    Copier copier(images_, from_.location("other"));
    copier.copy(from_.location("app"), descriptor);
    EXPECT_EQ(from_.blobs["other@" + digest_of("layer")], "layer");
}

TEST_F(RegistryCopyTest, UploadsElsewhereGetNoCredentials) {
    to_.password = "secret";
    HttpServer elsewhere([this](const ServerRequest &request) { return to_.take_upload(request); });
    to_.upload_host = elsewhere.url();
    auto descriptor = add_image(from_, "layer");
    Copier copier(images_, to_.location("new"));
    copier.copy(from_.location("app"), descriptor);
    EXPECT_EQ(to_.blobs["new@" + digest_of("layer")], "layer");
    ASSERT_EQ(elsewhere.requests().size(), 2u);
    for (const auto &request : elsewhere.requests())
        EXPECT_EQ(request.header("authorization"), "");
}

TEST_F(RegistryCopyTest, ToALayoutAndBack) {
    test::TemporaryDirectory directory;
    auto layout = parse_location("oci-layout://" + directory.path().string() + ":v1");
    auto descriptor = add_image(from_, "layer");
    Copier copier(images_, layout);
    copier.copy(from_.location("app"), descriptor);
    copier.publish(layout, {descriptor, from_.manifests["app@" + descriptor.digest]});
    EXPECT_EQ(images_.manifest(layout).descriptor.digest, descriptor.digest);

    Copier back(images_, to_.location("back"));
    back.copy(layout, descriptor);
    EXPECT_EQ(to_.blobs["back@" + digest_of("layer")], "layer");
    EXPECT_TRUE(to_.manifests.contains("back@" + descriptor.digest));
}

TEST_F(RegistryCopyTest, CyclicReferrersEnd) {
    auto one = add_image(from_, "one"), two = add_image(from_, "two");
    auto list = [](const Descriptor &of) {
        auto entry = descriptor_json(of);
        entry["artifactType"] = "application/vnd.dev.sigstore.bundle.v0.3+json";
        return json{{"manifests", {json(entry)}}}.dump();
    };
    from_.manifests["app:sha256-" + one.digest.substr(7)] = list(two);
    from_.manifests["app:sha256-" + two.digest.substr(7)] = list(one);
    Copier copier(images_, to_.location("new"));
    copier.copy(from_.location("app"), one);
    EXPECT_TRUE(to_.manifests.contains("new@" + two.digest)) << "a signature goes with its image";
}

} // namespace
} // namespace berth::registry
