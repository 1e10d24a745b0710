#include "berth/build/build.hpp"

#include "berth/build/arguments.hpp"
#include "berth/build/attestations.hpp"
#include "berth/build/build_failure.hpp"
#include "berth/build/build_report.hpp"
#include "berth/build/cache_credentials.hpp"
#include "berth/build/call.hpp"
#include "berth/build/context_lease.hpp"
#include "berth/build/context_source.hpp"
#include "berth/build/credentials.hpp"
#include "berth/build/deps.hpp"
#include "berth/build/flag_values.hpp"
#include "berth/build/git_info.hpp"
#include "berth/build/image_index.hpp"
#include "berth/build/load_built.hpp"
#include "berth/build/local_cache.hpp"
#include "berth/build/local_context.hpp"
#include "berth/build/local_images.hpp"
#include "berth/build/output_plan.hpp"
#include "berth/build/provenance_metadata.hpp"
#include "berth/build/recipe.hpp"
#include "berth/build/secrets.hpp"
#include "berth/build/ssh_forwarding.hpp"
#include "berth/build/transport_choice.hpp"
#include "berth/progress/display.hpp"
#include "berth/util/error.hpp"
#include "berth/util/file.hpp"

#include <algorithm>
#include <filesystem>
#include <future>
#include <iterator>
#include <sstream>

namespace berth::build {

namespace {

constexpr const char *no_output_warning =
    "WARNING: No output specified with docker-container driver. Build result will only remain in "
    "the "
    "build cache. To push result image into registry use --push or to load image into docker use "
    "--load\n";

constexpr const char *source_policy_file = "source-policy.json";

class Build {
  public:
    Build(const BuildSetting &setting, const BuildOptions &options, progress::Display &display)
        : setting_(setting),
          options_(options),
          display_(display),
          container_(builder::container_name(setting.node.name)) {}

    bool run() {
        read_options();
        if (setting_.docker.runner().dry()) {
            print_recipe();
            return true;
        }
        try {
            solve();
            load();
        } catch (const std::exception &) {
            finish();
            report_failure();
            throw;
        }
        finish();
        if (options_.call == "check")
            check_outline();
        if (!options_.call.empty())
            return print_call_result(setting_.out, options_, call_output_);
        report();
        return true;
    }

  private:
    void read_options() {
        check_options(options_);
        auto caches = take_cache_credentials(read_cache_options(options_), setting_.environment);
        caches_ = std::move(caches.caches);
        cache_variables_ = std::move(caches.variables);
        warnings_ += caches.warnings;
        auto driver = builder::read_driver_options(
            setting_.node.driver_options.value_or(builder::OptionMap()));
        std::vector<Output> outputs;
        if (options_.call.empty())
            outputs = read_outputs(options_, driver.default_load && !setting_.no_default_load);
        plan_indexes(options_, outputs, setting_.docker);
        add_annotations(options_.annotations, outputs);
        plan_ = plan_outputs(std::move(outputs), caches_);
        auto git = ask_git(); // while the context is read
        read_main_context();
        ssh_ = read_ssh_sources(options_.ssh, options_.context, setting_.environment);
        secrets_ = read_secrets(options_.secrets, ssh_, setting_.environment);
        named_ = read_named_contexts(options_.build_contexts);
        git_ = git.get();
        warnings_ += git_.warning;
        cache_folders_ = read_cache_folders(caches_, warnings_);
        if (!options_.metadata_file.empty() && options_.call.empty())
            provenance_ = metadata_provenance_mode(setting_.environment);
    }

    // A folder that the engine read by itself last time is not walked through here.
    void read_main_context() {
        std::error_code error;
        auto place = std::filesystem::canonical(options_.context, error);
        if (!error)
            choice_.emplace(setting_.cache / "contexts", container_,
                            context_key(setting_.client_id, place.string()),
                            setting_.environment.get("BERTH_TRANSPORT"));
        bool list = !choice_ || choice_->needs_list() || !options_.deps_file.empty() ||
                    setting_.docker.runner().dry();
        context_ = read_context(options_.context, options_.file, setting_.in, list);
    }

    std::future<GitInfo> ask_git() const {
        auto question = git_question(options_);
        if (!question)
            return std::async(std::launch::deferred, [] { return GitInfo(); });
        return std::async(std::launch::async, [this, question = *std::move(question)] {
            return read_git_info(setting_.docker.runner(), question, setting_.environment);
        });
    }

    // What buildctl is told wherever its outputs go.
    std::vector<std::string> frontend_arguments(const BuildPlaces &places) const {
        auto words = build_arguments(options_, places, setting_.environment, attests());
        for (const auto &[key, value] : git_.options)
            words.insert(words.end(), {"--opt", key + "=" + value});
        return words;
    }

    std::vector<std::string> arguments(const BuildPlaces &places) const {
        auto words = frontend_arguments(places);
        auto append = [&words](std::vector<std::string> more) {
            words.insert(words.end(), std::make_move_iterator(more.begin()),
                         std::make_move_iterator(more.end()));
        };
        append(cache_arguments(caches_, {.from = folders_of(places),
                                         .staging = places.staging,
                                         .first = plan_.to_client.size()}));
        append(secret_arguments(secrets_, places.memory));
        if (!options_.source_policy.empty())
            append({"--source-policy-file", places.memory + "/" + source_policy_file});
        words.emplace_back("--progress=rawjson");
        append(output_arguments(plan_, options_.tags, places.staging));
        return words;
    }

    // Provenance by default, as docker buildx asks for it. An image for the engine cannot have it.
    bool attests() const {
        return options_.call.empty() && !plan_.incremental_load &&
               !setting_.environment.flag("BUILDX_NO_DEFAULT_ATTESTATIONS");
    }

    static std::map<std::string, std::string> folders_of(const BuildPlaces &places) {
        std::map<std::string, std::string> folders;
        for (const auto &[name, place] : places.named)
            folders[name] = place.folder;
        return folders;
    }

    // What lies in the builder's memory while it builds.
    std::string memory(bool credentials) const {
        std::map<std::string, std::string> files;
        for (std::size_t i = 0; i < plan_.caches.size(); ++i)
            files[output_name(plan_.to_client.size() + i) + ".have"] =
                blobs_of(plan_.caches[i].attribute("dest"));
        if (!cache_variables_.empty())
            files["environment"] = export_script(cache_variables_);
        if (!options_.source_policy.empty())
            files[source_policy_file] = read_file(options_.source_policy);
        return memory_archive(secrets_, credentials, files);
    }

    void solve() {
        PlanSink sink(plan_, setting_.docker, setting_.out, setting_.out_is_terminal);
        ContextLeases leases(setting_.docker, container_, setting_.client_id);
        SshForwarding agents(setting_.docker, container_, ssh_);
        auto folders = named_;
        folders.insert(cache_folders_.begin(), cache_folders_.end());
        auto images = wanted_images(context_, options_);
        if (!folders.empty() || agents.needed() || !images.empty())
            builder::boot(setting_.docker, setting_.node, display_, setting_.surroundings);
        LocalImages local_images(setting_.docker, container_);
        local_images.bring(images, display_, setting_.surroundings.now);
        if (agents.needed())
            agents.open();
        leases.take(folders);
        SolveRequest request{
            .context = context_,
            .context_key = context_key(setting_.client_id, context_.place),
            .arguments =
                [this, &leases, &agents, &local_images](const BuildPlaces &places) {
                    auto all = places;
                    all.named = leases.folders();
                    auto words = arguments(all);
                    for (const auto &more : {agents.arguments(), local_images.arguments()})
                        words.insert(words.end(), more.begin(), more.end());
                    return served(context_, std::move(words));
                },
            .want_image = plan_.incremental_load,
            .want_provenance = provenance_ != ProvenanceMode::disabled};
        if (!options_.call.empty())
            request.on_output = [this](std::string_view bytes) { call_output_ += bytes; };
        else if (sink.any())
            request.on_output = [&sink](std::string_view bytes) { sink.write(bytes); };
        for (const auto &[name, place] : leases.folders())
            request.copies.push_back(place.slot);
        Credentials credentials(setting_.docker.runner(), setting_.surroundings.docker_config);
        request.memory = memory(credentials.any());
        if (credentials.any())
            request.credentials = [&credentials](const std::string &host) {
                return credentials.find(host);
            };
        request.staged = plan_.staged;
        request.list_files = [this] { list_files(context_); };
        // Agents' sockets and local images are in the builder alone, not in its volume.
        bool can_bind = choice_ && !agents.needed() && images.empty();
        auto transport = can_bind
                             ? choice_->choose(context_, setting_.node, setting_.docker.endpoint())
                             : make_stream_transport();
        auto attempt = [&] {
            return transport->solve(setting_.docker, container_, request, display_);
        };
        result_ = attempt();
        if (result_.kind == SolveResult::Kind::no_builder) {
            builder::boot(setting_.docker, setting_.node, display_, setting_.surroundings);
            result_ = attempt();
        }
        if (result_.kind != SolveResult::Kind::done) {
            auto failure =
                read_failure(result_, container_, setting_.surroundings.cancellation.cancelled(),
                             read_platforms(options_.platforms));
            excerpt_ = failure.excerpt;
            throw failure.error;
        }
        sink.commit();
    }

    void load() {
        if (!plan_.incremental_load)
            return;
        std::erase_if(caches_.to,
                      [](const CacheEntry &entry) { return entry.local(); }); // are here
        auto done = load_result();
        if (done == LoadBuilt::layers_missing) {
            fetch_layers();
            done = load_result();
        }
        if (done == LoadBuilt::loaded)
            return;
        // From the cache.
        plan_ = without_incremental_load(std::move(plan_), done == LoadBuilt::whole_index);
        solve();
    }

    LoadBuilt load_result() {
        return load_built(setting_.docker, container_, result_.reply, options_.tags, display_,
                          setting_.surroundings.now, warnings_);
    }

    void fetch_layers() {
        plan_ = fetching(std::move(plan_));
        auto built = std::move(result_);
        solve();
        plan_.fetching = false;
        result_ = std::move(built);
    }

    // Of a check buildctl hands back the warnings alone, and of a Dockerfile that cannot be read
    // there are none. Its outline fails then.
    void check_outline() {
        auto options = options_;
        options.call = "outline";
        std::ostringstream nowhere;
        auto silent = progress::make_display(progress::Mode::none, nowhere, {});
        Build outline(setting_, options, *silent);
        outline.context_ = context_;
        outline.named_ = named_;
        outline.secrets_ = secrets_;
        outline.ssh_ = ssh_;
        try {
            outline.solve();
        } catch (const Error &) {
            if (!call_output_.empty())
                print_call_result(setting_.out, options_, call_output_);
            setting_.err << outline.excerpt_ << std::flush;
            throw;
        }
    }

    // The end of the log; then what is printed below it, in the order of docker buildx.
    void finish() {
        if (provenance_ != ProvenanceMode::disabled && result_.kind == SolveResult::Kind::done)
            progress::Task(display_, "resolving provenance for metadata file",
                           setting_.surroundings.now)
                .done();
        display_.finish();
        if (setting_.progress_alone)
            return;
        setting_.err << warnings_;
        if (plan_.outputs.empty() && options_.call.empty())
            setting_.err << no_output_warning;
        if (!setting_.quiet)
            progress::print_warnings(setting_.err, display_.warnings(), setting_.colour,
                                     setting_.debug);
        setting_.err << excerpt_ << std::flush;
    }

    BuildName name() const {
        auto path = context_.kind == LocalContext::Kind::directory && context_.scratch == nullptr
                        ? context_.directory.string()
                        : options_.context;
        return {.builder = setting_.builder,
                .node = setting_.node.name,
                .ref = result_.reply.ref,
                .context = path,
                .dockerfile = options_.file.empty() || context_.from_input
                                  ? ""
                                  : std::filesystem::absolute(options_.file).string()};
    }

    void report() {
        auto metadata = build_metadata(result_.reply.metadata, name(), display_.warnings(),
                                       setting_.environment);
        // As docker buildx: where the engine keeps the index, the image's ID is the index's.
        if (!plan_.outputs.empty() && plan_.outputs.front().as_layout)
            metadata.erase("containerimage.config.digest");
        add_provenance(metadata, result_.reply.provenance, provenance_, result_.reply.copies);
        save_ref(setting_.store, name());
        auto id = image_id(metadata);
        if (!options_.iid_file.empty())
            write_file_atomically(options_.iid_file, id, 0644);
        if (!options_.metadata_file.empty())
            write_file_atomically(options_.metadata_file, metadata.dump(2), 0644);
        if (!options_.deps_file.empty())
            write_file_atomically(options_.deps_file,
                                  make_rule(options_, plan_.outputs, context_, named_), 0644);
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
                      .context = context_,
                      .context_argument = options_.context,
                      .file_argument = options_.file,
                      .context_key = context_key(setting_.client_id, context_.place),
                      .named = named_,
                      .caches = caches_,
                      .cache_folders = cache_folders_,
                      .secrets = secrets_,
                      .ssh = ssh_,
                      .outputs = plan_.outputs,
                      .tags = options_.tags};
        recipe.arguments = [this](const BuildPlaces &places) {
            auto words = frontend_arguments(places);
            for (auto &word : secret_arguments(secrets_, places.memory))
                words.push_back(std::move(word));
            return words;
        };
        build::print_recipe(recipe);
    }

    const BuildSetting &setting_;
    const BuildOptions &options_;
    progress::Display &display_;
    std::string container_;
    OutputPlan plan_;
    CacheOptions caches_;
    std::map<std::string, std::string> cache_variables_;
    std::optional<TransportChoice> choice_; // for a folder
    LocalContext context_;
    std::map<std::string, LocalContext> named_, cache_folders_;
    std::vector<SshSource> ssh_;
    std::vector<Secret> secrets_;
    GitInfo git_;
    ProvenanceMode provenance_ = ProvenanceMode::disabled;
    SolveResult result_;
    std::string warnings_, excerpt_, call_output_;
};

} // namespace

bool run_build(const BuildSetting &setting, const BuildOptions &options,
               progress::Display &display) {
    return Build(setting, options, display).run();
}

} // namespace berth::build
