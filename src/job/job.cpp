// SPDX-License-Identifier: Apache-2.0
#include "berth/job/job.hpp"

#include "berth/builder/dial.hpp"
#include "berth/job/build_failure.hpp"
#include "berth/job/build_inputs.hpp"
#include "berth/job/build_report.hpp"
#include "berth/job/build_request.hpp"
#include "berth/job/builder_blobs.hpp"
#include "berth/job/call.hpp"
#include "berth/job/deps.hpp"
#include "berth/job/flag_values.hpp"
#include "berth/job/layout_output.hpp"
#include "berth/job/load_built.hpp"
#include "berth/job/local_images.hpp"
#include "berth/job/old_contexts.hpp"
#include "berth/job/recipe.hpp"
#include "berth/job/remote_dockerfile.hpp"
#include "berth/job/saved_images.hpp"
#include "berth/session/docker_credentials.hpp"
#include "berth/solve/solve.hpp"
#include "berth/util/error.hpp"
#include "berth/util/output_file.hpp"

#include "redaction.hpp"

#include <filesystem>

namespace berth::job {

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
          image_store_(image_store_of(setting.docker, setting)),
          images_(setting.docker, setting.cache) {}

    bool run() {
        inputs_ = read_inputs(setting_, options_, image_store_);
        if (setting_.docker.runner().dry()) {
            print_recipe();
            return true;
        }
        try {
            images_.bring(wanted_images(inputs_.context, options_),
                          read_platforms(options_.platforms), display_, setting_.surroundings.now);
            on_connection();
            remove_old_contexts(setting_.docker, container_, setting_.cache);
        } catch (const std::exception &) {
            finish();
            report_failure();
            throw;
        }
        finish();
        if (!options_.call.empty())
            return report_call(setting_.out, options_, call_answer_);
        report();
        return true;
    }

  private:
    // One docker command carries all of the build. A builder that does not run is booted, and one
    // whose connection broke before anything was done is dialled again.
    void on_connection() {
        auto command = builder::dial_command(setting_.docker, container_, {});
        for (bool again = false;; again = true) {
            try {
                buildkit::Connection connection(setting_.docker.runner(), command);
                connection.on_call = setting_.on_call;
                work(connection);
                return;
            } catch (const buildkit::CommandEnded &ended) {
                check_not_cancelled();
                if (again || begun_)
                    throw ended_early(ended, container_);
            } catch (const buildkit::GrpcError &error) {
                auto failure = failure_of_status(error.status(),
                                                 setting_.surroundings.cancellation.cancelled(),
                                                 emulation_, read_platforms(options_.platforms));
                excerpt_ = failure.excerpt;
                throw Error(redaction_.of(failure.error.what()), failure.error.code(),
                            failure.error.hint());
            }
            builder::boot(setting_.docker, setting_.node, display_, setting_.surroundings);
        }
    }

    void check_not_cancelled() const {
        if (setting_.surroundings.cancellation.cancelled())
            throw Error("failed to build: cancelled", ExitCode::cancelled);
    }

    void work(buildkit::Connection &connection) {
        add_git_info(inputs_); // while docker starts
        fetch_dockerfile(connection);
        solve(connection);
        if (!options_.call.empty())
            return;
        load(connection);
        if (inputs_.provenance != ProvenanceMode::disabled) {
            progress::Task task(display_, "resolving provenance for metadata file",
                                setting_.surroundings.now);
            add_provenance(metadata_, read_provenance(connection, ref_), inputs_.provenance);
            task.done();
        }
    }

    // A Dockerfile from an address, now that all else is known.
    void fetch_dockerfile(buildkit::Connection &connection) {
        if (!context::is_remote_dockerfile(options_.file))
            return;
        solve::Request request;
        request.credentials = session::docker_credentials(setting_.docker.runner(),
                                                          setting_.surroundings.docker_config);
        request.internal = true;
        solve::solve_by_bridge(connection, request, report_, [this](buildkit::Bridge &bridge) {
            inputs_.context.dockerfile_files[inputs_.context.file_name] =
                job::fetch_dockerfile(bridge, options_.file);
            return buildkit::frontend::Result();
        });
    }

    void solve(buildkit::Connection &connection) {
        auto build = make_request(setting_, options_, inputs_, images_);
        ref_ = build.request.ref;
        if (!options_.call.empty()) {
            ask_frontend(connection, std::move(build.request));
            return;
        }
        lock_caches(inputs_.caches);
        auto response = solve::solve(connection, build.request, report_);
        inputs_.warnings += finish_caches(inputs_.caches, response);
        for (const auto &output : inputs_.outputs)
            if (output.as_layout_directory())
                finish_layout(output, response, options_.tags);
        metadata_ = read_metadata(response);
    }

    // --call: the frontend looks at the Dockerfile, and nothing is built.
    void ask_frontend(buildkit::Connection &connection, solve::Request request) {
        auto frontend = std::exchange(request.frontend, {});
        auto attributes = std::exchange(request.attributes, {});
        solve::solve_by_bridge(connection, request, report_, [&](buildkit::Bridge &bridge) {
            call_answer_ = call_frontend(bridge, frontend, attributes);
            return buildkit::frontend::Result();
        });
    }

    std::vector<std::string> base_names() const {
        std::vector<std::string> names;
        for (const auto &image : base_images(inputs_.context, options_))
            names.push_back(image.name);
        return names;
    }

    void load(buildkit::Connection &connection) {
        if (!inputs_.incremental_load)
            return;
        BuilderBlobs blobs(connection);
        auto done = load_built(setting_.docker, image_store_, blobs, metadata_, options_.tags,
                               base_names(), display_, setting_.surroundings.now, inputs_.warnings);
        if (done == LoadBuilt::loaded)
            return;
        // Exported once more, from the cache, and whole. The caches were exported the first time.
        inputs_.caches.to.clear();
        inputs_.incremental_load = false;
        inputs_.outputs = {exported_whole(inputs_.outputs.front(), done == LoadBuilt::whole_index)};
        solve(connection);
    }

    // The end of the log; then what is printed below it, in the order of docker buildx.
    void finish() {
        display_.finish();
        if (setting_.progress_alone)
            return;
        setting_.err << inputs_.warnings;
        if (inputs_.outputs.empty() && options_.call.empty())
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
                .ref = begun_ ? ref_ : "",
                .context = redaction_.of(path),
                .dockerfile = noted_dockerfile(options_.file, inputs_.context)};
    }

    void report() {
        complete_metadata(metadata_, name(), display_.warnings(), setting_.environment);
        if (!inputs_.outputs.empty())
            name_as_loaded(metadata_, inputs_.outputs.front(), options_.tags);
        save_ref(setting_.store, name());
        auto id = image_id(metadata_);
        if (!options_.iid_file.empty())
            write_output_file(options_.iid_file, id);
        if (!options_.metadata_file.empty())
            write_output_file(options_.metadata_file, metadata_.dump(2));
        if (!options_.deps_file.empty())
            write_output_file(options_.deps_file,
                              make_rule(options_, inputs_.outputs, inputs_.context, inputs_.named));
        if (setting_.quiet)
            setting_.out << id << '\n' << std::flush;
    }

    // Of a build that failed, what is known: its name, under which BuildKit keeps its log. Whatever
    // goes wrong here must not hide why it failed.
    void report_failure() {
        try {
            save_ref(setting_.store, name());
            if (options_.metadata_file.empty() || !options_.call.empty())
                return;
            auto metadata = nlohmann::json::object();
            complete_metadata(metadata, name(), display_.warnings(), setting_.environment);
            write_output_file(options_.metadata_file, metadata.dump(2));
        } catch (const std::exception &error) {
            setting_.err << "WARNING: " << error.what() << '\n';
        }
    }

    void print_recipe() {
        add_git_info(inputs_);
        builder::boot(setting_.docker, setting_.node, display_, setting_.surroundings);
        job::print_recipe({.docker = setting_.docker,
                           .container = container_,
                           .client_id = setting_.client_id,
                           .options = options_,
                           .inputs = inputs_});
    }

    const BuildSetting &setting_;
    const BuildOptions &options_;
    progress::Display &display_;
    std::string container_;
    image::ImageStore image_store_;
    SavedImages images_;
    BuildInputs inputs_;
    Redaction redaction_{options_};
    bool begun_ = false; // BuildKit has told of progress
    std::string ref_;
    nlohmann::json metadata_ = nlohmann::json::object();
    EmulationWatch emulation_;
    solve::Report report_ = [this](const progress::SolveStatus &status) {
        begun_ = true;
        emulation_.look(status);
        display_.update(redaction_.empty() ? status : redaction_.of(status));
    };
    CallAnswer call_answer_;
    std::string excerpt_;
};

} // namespace

bool run_build(const BuildSetting &setting, const BuildOptions &options,
               progress::Display &display) {
    return Build(setting, options, display).run();
}

} // namespace berth::job
