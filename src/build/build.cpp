#include "berth/build/build.hpp"

#include "berth/build/build_failure.hpp"
#include "berth/build/build_inputs.hpp"
#include "berth/build/build_report.hpp"
#include "berth/build/call.hpp"
#include "berth/build/context_lease.hpp"
#include "berth/build/context_source.hpp"
#include "berth/build/credentials.hpp"
#include "berth/build/deps.hpp"
#include "berth/build/flag_values.hpp"
#include "berth/build/load_built.hpp"
#include "berth/build/local_images.hpp"
#include "berth/build/recipe.hpp"
#include "berth/build/remote_dockerfile.hpp"
#include "berth/build/transport.hpp"
#include "berth/progress/display.hpp"
#include "berth/util/error.hpp"
#include "berth/util/file.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>

namespace berth::build {

namespace {

constexpr const char *no_output_warning =
    "WARNING: No output specified with docker-container driver. Build result will only remain in "
    "the "
    "build cache. To push result image into registry use --push or to load image into docker use "
    "--load\n";

class Build {
  public:
    Build(const BuildSetting &setting, const BuildOptions &options, progress::Display &display)
        : setting_(setting),
          options_(options),
          display_(display),
          container_(builder::container_name(setting.node.name)),
          image_store_(image_store_of(setting.docker, setting)) {}

    bool run() {
        inputs_ = read_inputs(setting_, options_, container_, image_store_);
        if (setting_.docker.runner().dry()) {
            print_recipe();
            return true;
        }
        try {
            fetch();
            solve();
            load();
        } catch (const std::exception &) {
            finish();
            report_failure();
            throw;
        }
        finish();
        if (!options_.call.empty())
            return report_call(setting_.out, options_, read_call_record(call_record_));
        report();
        return true;
    }

  private:
    // A Dockerfile from an address, now that all else is known.
    void fetch() {
        if (context::is_remote_dockerfile(options_.file))
            inputs_.context.dockerfile_files[inputs_.context.file_name] =
                fetch_dockerfile(setting_, container_, options_.file, display_);
    }

    void solve() {
        PlanSink sink(inputs_.plan, setting_.docker, setting_.out, setting_.out_is_terminal);
        ContextLeases leases(setting_.docker, container_, setting_.client_id);
        SshForwarding agents(setting_.docker, container_, inputs_.ssh);
        auto images = wanted_images(inputs_.context, options_);
        bool leased = !inputs_.named.empty() || !inputs_.cache_folders.empty();
        if (leased || agents.needed() || !images.empty())
            builder::boot(setting_.docker, setting_.node, display_, setting_.surroundings);
        LocalImages local_images(setting_.docker, container_);
        local_images.bring(images, display_, setting_.surroundings.now);
        if (agents.needed())
            agents.open();
        leases.take(inputs_.named);
        leases.take(inputs_.cache_folders);
        SolveRequest request{
            .context = inputs_.context,
            .context_key = context::context_key(setting_.client_id, inputs_.context.place),
            .arguments =
                [this, &leases, &agents, &local_images](const BuildPlaces &places) {
                    auto all = places;
                    all.named = leases.folders();
                    auto words = buildctl_arguments(inputs_, options_, setting_.environment, all);
                    for (const auto &more : {agents.arguments(), local_images.arguments()})
                        words.insert(words.end(), more.begin(), more.end());
                    if (!options_.call.empty())
                        words = recorded(std::move(words));
                    return served(inputs_.context, std::move(words));
                },
            .want_image = inputs_.plan.incremental_load,
            .want_provenance = inputs_.provenance != ProvenanceMode::disabled};
        if (!options_.call.empty())
            request.on_output = [this](std::string_view bytes) {
                call_record_ += bytes.substr(0, call_record_limit - call_record_.size());
            };
        else if (sink.any())
            request.on_output = [&sink](std::string_view bytes) { sink.write(bytes); };
        for (const auto &[name, place] : leases.folders())
            request.copies.push_back(place.slot);
        Credentials credentials(setting_.docker.runner(), setting_.surroundings.docker_config);
        request.memory = memory_files(inputs_, options_, credentials.any());
        if (credentials.any())
            request.credentials = [&credentials](const std::string &host) {
                return credentials.find(host);
            };
        request.staged = inputs_.plan.staged;
        // Agents' sockets and local images are in the builder alone, not in its volume.
        bool can_bind = inputs_.choice && !agents.needed() && images.empty();
        attempt_solve(request, can_bind);
        if (result_.kind != SolveResult::Kind::done) {
            auto failure =
                read_failure(result_, container_, setting_.surroundings.cancellation.cancelled(),
                             read_platforms(options_.platforms));
            excerpt_ = failure.excerpt;
            throw failure.error;
        }
        sink.commit();
    }

    struct Outgrown {}; // the context is bigger than it was when its transport was chosen

    void attempt_solve(SolveRequest &request, bool can_bind) {
        request.list_files = [this, can_bind] {
            list_context_files(inputs_.context);
            if (can_bind && inputs_.choice->outgrown(inputs_.context))
                throw Outgrown();
        };
        auto attempt = [&] {
            auto transport = can_bind ? inputs_.choice->choose(inputs_.context, setting_.node,
                                                               setting_.docker.endpoint())
                                      : make_stream_transport();
            return transport->solve(setting_.docker, container_, request, display_);
        };
        auto attempt_again = [&] {
            try {
                return attempt();
            } catch (const Outgrown &) { // nothing was done yet
                inputs_.choice->forget();
                return attempt();
            }
        };
        using Clock = std::chrono::steady_clock;
        auto began = Clock::now();
        result_ = attempt_again();
        if (result_.kind == SolveResult::Kind::no_builder) {
            builder::boot(setting_.docker, setting_.node, display_, setting_.surroundings);
            result_ = attempt_again();
        }
        if (inputs_.choice)
            inputs_.choice->learn(inputs_.context, Clock::now() - began);
    }

    void load() {
        if (!inputs_.plan.incremental_load)
            return;
        std::erase_if(inputs_.caches.to,
                      [](const CacheEntry &entry) { return entry.local(); }); // are here
        auto done = load_result();
        if (done == LoadBuilt::layers_missing) {
            fetch_layers();
            done = load_result();
        }
        if (done == LoadBuilt::loaded)
            return;
        // From the cache.
        inputs_.plan =
            without_incremental_load(std::move(inputs_.plan), done == LoadBuilt::whole_index);
        solve();
    }

    LoadBuilt load_result() {
        return load_built(setting_.docker, image_store_, container_, result_.reply, options_.tags,
                          base_images(inputs_.context, options_), display_,
                          setting_.surroundings.now, inputs_.warnings);
    }

    void fetch_layers() {
        inputs_.plan = fetching(std::move(inputs_.plan));
        auto built = std::move(result_);
        solve();
        inputs_.plan.fetching = false;
        result_ = std::move(built);
    }

    // The end of the log; then what is printed below it, in the order of docker buildx.
    void finish() {
        if (inputs_.provenance != ProvenanceMode::disabled &&
            result_.kind == SolveResult::Kind::done)
            progress::Task(display_, "resolving provenance for metadata file",
                           setting_.surroundings.now)
                .done();
        display_.finish();
        if (setting_.progress_alone)
            return;
        setting_.err << inputs_.warnings;
        if (inputs_.plan.outputs.empty() && options_.call.empty())
            setting_.err << no_output_warning;
        if (setting_.warnings)
            progress::print_warnings(setting_.err, display_.warnings(), setting_.colour,
                                     setting_.debug);
        setting_.err << excerpt_ << std::flush;
    }

    BuildName name() const {
        auto path = inputs_.context.kind == context::LocalContext::Kind::directory &&
                            inputs_.context.scratch == nullptr
                        ? inputs_.context.directory.string()
                        : options_.context;
        return {.builder = setting_.builder,
                .node = setting_.node.name,
                .ref = result_.reply.ref,
                .context = path,
                .dockerfile = options_.file.empty() || inputs_.context.from_input
                                  ? ""
                                  : std::filesystem::absolute(options_.file).string()};
    }

    void report() {
        auto metadata = build_metadata(result_.reply.image.metadata, name(), display_.warnings(),
                                       setting_.environment);
        if (!inputs_.plan.outputs.empty())
            name_as_loaded(metadata, inputs_.plan.outputs.front(), options_.tags);
        add_provenance(metadata, result_.reply.provenance, inputs_.provenance,
                       result_.reply.copies);
        save_ref(setting_.store, name());
        auto id = image_id(metadata);
        if (!options_.iid_file.empty())
            write_file_atomically(options_.iid_file, id, 0644);
        if (!options_.metadata_file.empty())
            write_file_atomically(options_.metadata_file, metadata.dump(2), 0644);
        if (!options_.deps_file.empty())
            write_file_atomically(
                options_.deps_file,
                make_rule(options_, inputs_.plan.outputs, inputs_.context, inputs_.named), 0644);
        if (setting_.quiet)
            setting_.out << id << '\n' << std::flush;
    }

    // Of a build that failed, what is known: its name, under which BuildKit keeps its log. Whatever
    // goes wrong here must not hide why it failed.
    void report_failure() {
        try {
            save_ref(setting_.store, name());
            if (!options_.metadata_file.empty() && options_.call.empty())
                write_file_atomically(
                    options_.metadata_file,
                    build_metadata("", name(), display_.warnings(), setting_.environment).dump(2),
                    0644);
        } catch (const std::exception &error) {
            setting_.err << "WARNING: " << error.what() << '\n';
        }
    }

    void print_recipe() {
        if (options_.local_images)
            setting_.docker.runner().note("# not shown: images that only the engine has go to the "
                                          "builder by docker save, and are named contexts there");
        builder::boot(setting_.docker, setting_.node, display_, setting_.surroundings);
        Recipe recipe{.docker = setting_.docker,
                      .container = container_,
                      .context = inputs_.context,
                      .context_argument = options_.context,
                      .file_argument = options_.file,
                      .context_key =
                          context::context_key(setting_.client_id, inputs_.context.place),
                      .named = inputs_.named,
                      .caches = inputs_.caches,
                      .cache_folders = inputs_.cache_folders,
                      .secrets = inputs_.secrets,
                      .ssh = inputs_.ssh,
                      .outputs = inputs_.plan.outputs,
                      .tags = options_.tags};
        recipe.arguments = [this](const BuildPlaces &places) {
            auto words = frontend_arguments(inputs_, options_, setting_.environment, places);
            for (auto &word : secret_arguments(inputs_.secrets, places.memory))
                words.push_back(std::move(word));
            return words;
        };
        build::print_recipe(recipe);
    }

    const BuildSetting &setting_;
    const BuildOptions &options_;
    progress::Display &display_;
    std::string container_;
    image::ImageStore image_store_;
    BuildInputs inputs_;
    SolveResult result_;
    std::string excerpt_, call_record_;
};

} // namespace

bool run_build(const BuildSetting &setting, const BuildOptions &options,
               progress::Display &display) {
    return Build(setting, options, display).run();
}

} // namespace berth::build
