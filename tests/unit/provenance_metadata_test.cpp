// SPDX-License-Identifier: Apache-2.0
// buildx.build.provenance as docker buildx shows it.
#include "berth/job/provenance_metadata.hpp"

#include <gtest/gtest.h>

namespace berth::job {
namespace {

using nlohmann::json;

json shown(const std::string &type, const json &document, ProvenanceMode mode) {
    json metadata = json::object();
    add_provenance(metadata, {{.platform = "", .type = type, .json = document.dump()}}, mode);
    return metadata.value("buildx.build.provenance", json());
}

const std::string v02 = "https://slsa.dev/provenance/v0.2", v1 = "https://slsa.dev/provenance/v1";

TEST(ProvenanceMetadataTest, MinimalProvenanceHasNeitherStepsNorTimes) {
    json document = {
        {"buildType", "t"},
        {"buildConfig", {{"x", 1}}},
        {"metadata", {{"y", 1}}},
        {"invocation", {{"parameters", {{"locals", {{{"name", "context"}}, {{"name", "x"}}}}}}}}};
    EXPECT_EQ(shown(v02, document, ProvenanceMode::min),
              json({{"buildType", "t"},
                    {"invocation",
                     {{"parameters", {{"locals", {{{"name", "context"}}, {{"name", "x"}}}}}}}}}));
    EXPECT_EQ(shown(v02, document, ProvenanceMode::max).value("buildConfig", json()),
              json({{"x", 1}}));
    EXPECT_TRUE(shown(v02, document, ProvenanceMode::disabled).is_null());
}

TEST(ProvenanceMetadataTest, TheNewerFormIsConvertedToTheOlder) {
    json document = {{"buildDefinition",
                      {{"externalParameters",
                        {{"configSource", {{"uri", "u"}, {"path", "Dockerfile"}}},
                         {"request", {{"frontend", "f"}}}}},
                       {"internalParameters", {{"builderPlatform", "linux/amd64"}}},
                       {"resolvedDependencies",
                        {{{"uri", "m"}, {"digest", {{"sha256", "d"}}}, {"name", "n"}}}}}},
                     {"runDetails", {{"builder", {{"id", "me"}}}}}};
    EXPECT_EQ(shown(v1, document, ProvenanceMode::min),
              json({{"buildType", "https://mobyproject.org/buildkit@v1"},
                    {"builder", {{"id", "me"}}},
                    {"materials", {{{"uri", "m"}, {"digest", {{"sha256", "d"}}}}}},
                    {"invocation",
                     {{"configSource", {{"uri", "u"}, {"entryPoint", "Dockerfile"}}},
                      {"parameters", {{"frontend", "f"}}},
                      {"environment", {{"platform", "linux/amd64"}}}}}}));
}

TEST(ProvenanceMetadataTest, EachPlatformHasItsOwnWithoutInvalidOnes) {
    json metadata = json::object();
    add_provenance(metadata,
                   {{.platform = "linux/arm64", .type = v02, .json = "{}"},
                    {.platform = "linux/amd64", .type = v02, .json = "{"},
                    {.platform = "linux/s390x", .type = v1, .json = R"({"buildDefinition":3})"}},
                   ProvenanceMode::min);
    EXPECT_EQ(metadata, json({{"buildx.build.provenance/linux/arm64", json::object()}}));
}

TEST(ProvenanceMetadataTest, TheModeComesFromTheEnvironment) {
    auto mode = [](const std::string &value) {
        return metadata_provenance_mode(Environment({{"BUILDX_METADATA_PROVENANCE", value}}));
    };
    EXPECT_EQ(mode(""), ProvenanceMode::min);
    EXPECT_EQ(mode("max"), ProvenanceMode::max);
    EXPECT_EQ(mode("nonsense"), ProvenanceMode::min);
    for (const std::string off : {"disabled", "false", "0"})
        EXPECT_EQ(mode(off), ProvenanceMode::disabled) << off;
}

} // namespace
} // namespace berth::job
