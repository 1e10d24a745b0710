// SPDX-License-Identifier: Apache-2.0
// Data that a solve exchanges with the client, on a real builder: outputs, local caches, OCI
// layouts and images of the engine.
#include "berth/buildkit/control.hpp"
#include "berth/buildkit/session.hpp"
#include "berth/image/oci_index.hpp"
#include "berth/job/layout_output.hpp"
#include "berth/job/local_cache.hpp"
#include "berth/job/oci_layout.hpp"
#include "berth/job/output_target.hpp"
#include "berth/job/saved_images.hpp"
#include "berth/process/real_runner.hpp"
#include "berth/session/content.hpp"
#include "berth/session/file_send.hpp"
#include "berth/session/file_sync.hpp"
#include "berth/session/health.hpp"
#include "berth/util/file.hpp"

#include "support.hpp"

#include <future>
#include <sstream>

namespace berth::test {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using Stores = std::map<std::string, session::ContentDirectory>;

class ResultsTest : public ::testing::Test {
  protected:
    World world;
    process::Cancellation never;
    process::RealRunner runner{never};
    docker::Docker engine{runner, docker_program(), "default", "default"};
    std::string builder = world.builder("outputs");
    buildkit::Connection connection{
        runner, process::Command{{docker_program(), "exec", "-i",
                                  "buildx_buildkit_" + builder + "0", "buildctl", "dial-stdio"}}};
    job::BuildOptions options;
    std::map<std::string, std::string> attributes = {{"filename", "Dockerfile"}};
    Stores stores;
    std::string log, warnings;
    std::ostringstream out;

    void SetUp() override {
        world.write("app/Dockerfile", "FROM busybox AS base\nRUN echo only-here >/made\n"
                                      "FROM scratch\nCOPY --from=base /made /made\n");
    }

    // A solve with the options' outputs and caches.
    buildkit::Status solve() {
        auto outputs = job::read_outputs(options, false);
        auto caches = job::solve_caches(job::read_cache_options(options), warnings);
        stores.merge(Stores(caches.stores));
        stores.merge(job::layout_stores(outputs));
        job::lock_caches(caches);
        std::map<int, session::OutputTarget> targets;
        buildkit::control::SolveRequest request;
        for (const auto &output : outputs) {
            if (job::has_target(output))
                targets.emplace(request.exporters_size(),
                                job::make_target(output, engine, out, false));
            auto asked = job::exporter_of(output, options.tags);
            auto &exporter = *request.add_exporters();
            exporter.set_type(asked.type);
            exporter.mutable_attrs()->insert(asked.attributes.begin(), asked.attributes.end());
        }
        add(caches.from, *request.mutable_cache()->mutable_imports());
        add(caches.to, *request.mutable_cache()->mutable_exports());
        auto imports = nlohmann::json::array(); // like BuildKit's client
        for (const auto &entry : request.cache().imports())
            imports.push_back({{"Type", entry.type()},
                               {"Attrs", std::map<std::string, std::string>(entry.attrs().begin(),
                                                                            entry.attrs().end())}});
        attributes["cache-imports"] = imports.dump();
        std::map<std::string, std::string> response;
        auto status = run(request, targets, response);
        if (!status.ok())
            return status;
        for (const auto &output : outputs)
            if (output.as_layout_directory())
                job::finish_layout(output, response, options.tags);
        warnings += job::finish_caches(caches, response);
        return status;
    }

    template<class Field>
    static void add(const std::vector<job::CacheEntry> &entries, Field &field) {
        for (const auto &entry : entries) {
            auto &added = *field.Add();
            added.set_type(entry.type);
            for (const auto &[key, value] : entry.attributes)
                (*added.mutable_attrs())[key] = value;
        }
    }

    buildkit::Status run(buildkit::control::SolveRequest &request,
                         const std::map<int, session::OutputTarget> &targets,
                         std::map<std::string, std::string> &response) {
        buildkit::Services services;
        session::add_file_sync(
            services, {{"context", {world.folder("app")}}, {"dockerfile", {world.folder("app")}}});
        session::add_file_send(services, targets);
        session::add_content(services, stores);
        session::add_health(services);
        buildkit::Session session(connection, services, {.shared_key = "results"});
        buildkit::Control control(connection);
        request.set_ref(buildkit::new_identifier());
        request.set_session(session.id());
        request.set_frontend("dockerfile.v0");
        request.mutable_frontend_attrs()->insert(attributes.begin(), attributes.end());
        log.clear();
        auto progress = std::async(std::launch::async, [&] {
            control.status(request.ref(), [&](const auto &update) {
                for (const auto &vertex : update.vertexes())
                    if (vertex.cached())
                        log += "CACHED " + vertex.name() + "\n";
            });
        });
        buildkit::Status status;
        try {
            auto answer = control.solve(request).exporter_response();
            response.insert(answer.begin(), answer.end());
        } catch (const buildkit::GrpcError &error) {
            status = error.status();
        }
        progress.get();
        return status;
    }

    void expect_built() {
        auto status = solve();
        ASSERT_TRUE(status.ok()) << status.message;
    }
    std::string archive_of(const std::string &file) const {
        return test::run({"tar", "tf", world.folder(file)}).out;
    }
};

TEST_F(ResultsTest, SeveralOutputsOfOneBuild) {
    options.tags = {"app:1"};
    options.outputs = {"type=tar,dest=" + world.folder("new/files.tar"),
                       "type=oci,tar=false,dest=" + world.folder("layout"),
                       "type=local,dest=" + world.folder("files/below"), "type=oci,dest=-"};
    expect_built();
    EXPECT_THAT(archive_of("new/files.tar"), HasSubstr("made"));
    EXPECT_EQ(read_file(world.folder("files/below/made")), "only-here\n");
    world.write("stdout.tar", out.str());
    EXPECT_THAT(archive_of("stdout.tar"), HasSubstr("index.json"));
    auto index = image::read_oci_index(world.folder("layout"));
    auto digest = image::find_in_oci_index(index, "docker.io/library/app:1");
    EXPECT_TRUE(image::has_blob(world.folder("layout"), digest)) << index;
}

TEST_F(ResultsTest, AFailedOutputReportsTheReason) {
    options.outputs = {"type=tar,dest=/dev/full"};
    EXPECT_THAT(solve().message, HasSubstr("/dev/full: No space left on device"));
}

TEST_F(ResultsTest, AnImageIsLoaded) {
    options.tags = {world.image("loaded")};
    options.outputs = {"type=docker"};
    expect_built();
    EXPECT_EQ(test::docker({"image", "inspect", options.tags.front()}).code, 0);
}

TEST_F(ResultsTest, ALayoutIsTheContextOfAnotherBuild) {
    options.outputs = {"type=oci,tar=false,dest=" + world.folder("layout")};
    expect_built();
    auto layout = job::find_oci_layout(world.folder("layout"));
    attributes["context:base"] = layout.attribute();
    stores = layout.stores();
    world.write("app/Dockerfile", "FROM base\nCOPY --from=base /made /copy\n");
    options.outputs = {world.folder("files")};
    expect_built();
    EXPECT_EQ(read_file(world.folder("files/copy")), "only-here\n");
}

TEST_F(ResultsTest, ALocalCacheIsUsedByAnEmptyBuilder) {
    auto cache = world.folder("a/cache");
    options.cache_from = {"type=local,src=" + cache};
    options.cache_to = {"type=local,mode=max,dest=" + cache};
    options.outputs = {world.folder("files")};
    expect_built();
    EXPECT_THAT(warnings, HasSubstr("local cache import at " + cache + " not found"));
    EXPECT_TRUE(fs::exists(cache + "/oci-layout"));

    buildkit::control::PruneRequest everything;
    everything.set_all(true);
    buildkit::Control(connection).prune(everything, [](const auto &) {});
    warnings.clear();
    stores.clear();
    options.cache_to = {"type=local,tag=second,reset=true,mode=max,dest=" + cache};
    expect_built();
    EXPECT_THAT(log, HasSubstr("CACHED [base 2/2] RUN echo only-here"));
    EXPECT_EQ(warnings, "");
    EXPECT_EQ(image::read_oci_index(cache)["manifests"].size(), 2u) << "latest and second";
}

TEST_F(ResultsTest, AnImageOfTheEngineIsTheBase) {
    auto base = world.image("base");
    options.tags = {base};
    options.outputs = {"type=docker"};
    expect_built();
    std::ostringstream progress;
    auto display = progress::make_display(progress::Mode::none, progress, {});
    job::SavedImages images(engine, world.folder("client-cache"));
    images.bring({{base}}, {}, *display, [] { return Time(); });
    ASSERT_EQ(images.attributes().size(), 1u);
    attributes.merge(images.attributes());
    stores = images.stores();
    world.write("app/Dockerfile", "FROM " + base + "\nCOPY --from=" + base + " /made /copy\n");
    options.tags.clear();
    options.outputs = {world.folder("files")};
    expect_built();
    EXPECT_EQ(read_file(world.folder("files/copy")), "only-here\n");
}

} // namespace
} // namespace berth::test
