// SPDX-License-Identifier: Apache-2.0
#include "target_build.hpp"

#include "berth/builder/node.hpp"
#include "berth/job/build_failure.hpp"
#include "berth/job/builder_blobs.hpp"
#include "berth/job/deps.hpp"
#include "berth/job/flag_values.hpp"
#include "berth/job/layout_output.hpp"
#include "berth/job/load_built.hpp"
#include "berth/job/local_images.hpp"
#include "berth/job/recipe.hpp"
#include "berth/job/remote_dockerfile.hpp"
#include "berth/util/output_file.hpp"
#include "berth/util/strings.hpp"

#include "linked_inputs.hpp"
#include "rereadable.hpp"

#include <fmt/format.h>

#include <filesystem>

namespace berth::job {

namespace {

std::vector<std::string> base_names(const context::LocalContext &context,
                                    const BuildOptions &options) {
    std::vector<std::string> names;
    for (const auto &image : base_images(context, options))
        names.push_back(image.name);
    return names;
}

} // namespace

TargetBuild::TargetBuild(const BuildSetting &setting, BuildCommons &commons,
                         const NamedTarget &target, progress::Display &display,
                         std::optional<BuildPart> part)
    : setting_(setting),
      commons_(commons),
      target_(target),
      options_(target.options),
      display_(display),
      part_(std::move(part)),
      images_(setting.engine(), setting.cache),
      outcome_{.name = target.name} {}

void TargetBuild::read(bool wants_metadata) {
    inputs_ = read_inputs(setting_, options_, commons_);
    if (wants_metadata && options_.call.empty())
        inputs_.provenance = metadata_provenance_mode(setting_.environment);
    if (part_)
        become_part();
    if (inputs_.incremental_load && inputs_.context.archive) // load() may solve again
        inputs_.context.archive = rereadable(std::move(inputs_.context.archive));
}

void TargetBuild::look_early() {
    if (inputs_.incremental_load && options_.call.empty() && !setting_.docker.runner().dry())
        early_.emplace(setting_.engine(), commons_.image_store().loaded(), options_.tags);
}

// As docker buildx: the part is an index, even of one platform, and has the ref of the others.
void TargetBuild::become_part() {
    auto &attributes = inputs_.frontend.attributes;
    attributes["platform"] = join(part_->platforms, ",");
    attributes["multi-platform"] = "true";
    joint_ = joint_outputs(inputs_.outputs, options_.tags);
    check_joining(setting_, joint_);
    inputs_.outputs = outputs_of_part(inputs_.outputs, options_.tags, part_->layout);
    inputs_.incremental_load = false;
    inputs_.tags.clear(); // the outputs have them
    if (joint_.only_pushed())
        inputs_.provenance = ProvenanceMode::disabled; // not in the metadata of the whole
}

void TargetBuild::print_recipe() {
    add_git_info(inputs_);
    job::print_recipe({.docker = setting_.docker,
                       .engine = setting_.engine(),
                       .container = builder::container_name(setting_.node.name),
                       .client_id = setting_.client_id,
                       .options = options_,
                       .inputs = inputs_});
}

void TargetBuild::bring_images() {
    images_.bring(wanted_images(inputs_.context, options_), read_platforms(options_.platforms),
                  display_, setting_.surroundings.now);
}

void TargetBuild::prepare() {
    planned_.reset();
    { // an earlier attempt cancelled the builds when its connection broke
        std::lock_guard lock(mutex_);
        cancelled_ = false;
    }
    outcome_ = {.name = target_.name};
    add_git_info(inputs_);
    if (!context::is_remote_dockerfile(options_.file))
        plan();
}

void TargetBuild::plan() {
    planned_ = make_request(setting_, options_, inputs_, images_, commons_.credentials());
    if (part_)
        planned_->request.ref = part_->ref;
}

void TargetBuild::run(buildkit::Connection &connection, TargetOrder &order, std::size_t place,
                      const std::vector<const TargetBuild *> &linked) {
    needed_ = order.is_needed(place);
    try {
        order.begin(place);
        if (setting_.surroundings.cancellation.cancelled())
            throw TargetLeftOut("failed to build: cancelled", ExitCode::cancelled);
        build(connection, order, place, linked);
        outcome_.state = TargetState::succeeded;
    } catch (const buildkit::CommandEnded &) {
        show_cancelled();
        order.ended(place, false);
        throw;
    } catch (const buildkit::GrpcError &error) {
        auto failure =
            failure_of_status(error.status(), setting_.surroundings.cancellation.cancelled(),
                              emulation_, read_platforms(options_.platforms));
        excerpt_ = failure.excerpt;
        set_failure(TargetState::failed, Error(redaction_.of(failure.error.what()),
                                               failure.error.code(), failure.error.hint()));
    } catch (const TargetLeftOut &error) {
        set_failure(TargetState::not_started, error);
    } catch (const TargetAborted &error) {
        set_failure(TargetState::aborted, error);
    } catch (const Error &error) {
        set_failure(TargetState::failed, error);
    } catch (const std::exception &error) {
        set_failure(TargetState::failed, Error(error.what()));
    }
    show_cancelled();
    if (!needed_)
        close();
    order.ended(place, outcome_.state == TargetState::succeeded);
}

// BuildKit's own report comes too late.
void TargetBuild::show_cancelled() {
    if (setting_.surroundings.cancellation.cancelled())
        show(running_.cancelled(setting_.surroundings.now()));
}

void TargetBuild::show(const progress::SolveStatus &status) {
    display_.update(redaction_.empty() ? status : redaction_.of(status));
}

void TargetBuild::build(buildkit::Connection &connection, TargetOrder &order, std::size_t place,
                        const std::vector<const TargetBuild *> &linked) {
    if (context::is_remote_dockerfile(options_.file)) {
        fetch_dockerfile(connection);
        plan();
    }
    for (std::size_t i = 0; i < linked.size(); ++i)
        add_link(planned_->request, target_.links[i], linked[i]->result_, setting_.node_number);
    if (!options_.call.empty()) {
        ask_frontend(connection, order, place);
        return;
    }
    solve::Build::OnResult on_result;
    if (order.has_steps(place))
        on_result = [&](buildkit::Bridge &bridge, const Result &result) {
            in_steps(bridge, result, order, place);
        };
    solve(connection, on_result);
    load(connection);
    add_provenance(connection);
}

void TargetBuild::in_steps(buildkit::Bridge &bridge, const Result &result, TargetOrder &order,
                           std::size_t place) {
    result_ = result;
    order.solved(place);
    bridge.evaluate_all(references_of(result));
    order.built(place);
}

solve::Build &TargetBuild::start(buildkit::Connection &connection, solve::Request request) {
    auto build = std::make_unique<solve::Build>(connection, std::move(request),
                                                [this](const progress::SolveStatus &status) {
                                                    begun_ = true;
                                                    emulation_.look(status);
                                                    running_.look(status);
                                                    show(status);
                                                });
    std::lock_guard lock(mutex_);
    if (cancelled_)
        build->cancel();
    builds_.push_back(std::move(build));
    return *builds_.back();
}

// A Dockerfile from an address, now that all else is known.
void TargetBuild::fetch_dockerfile(buildkit::Connection &connection) {
    solve::Request request;
    request.credentials = commons_.credentials();
    request.internal = true;
    start(connection, std::move(request)).solve_by_bridge([this](buildkit::Bridge &bridge) {
        inputs_.context.dockerfile_files[inputs_.context.file_name] =
            job::fetch_dockerfile(bridge, options_.file);
        return Result();
    });
    close();
}

// --call: the frontend evaluates the Dockerfile, and nothing is built.
void TargetBuild::ask_frontend(buildkit::Connection &connection, TargetOrder &order,
                               std::size_t place) {
    const auto &asked = planned_->request;
    ref_ = asked.ref;
    auto request = asked;
    request.frontend.clear();
    request.attributes.clear();
    start(connection, std::move(request)).solve_by_bridge([&](buildkit::Bridge &bridge) {
        if (needed_) { // other targets use its result
            auto build = asked;
            build.attributes.erase("requestid");
            result_ = bridge.solve(solve::frontend_request(build)).result();
            order.solved(place);
        }
        outcome_.call = call_frontend(bridge, asked.frontend, asked.attributes, asked.inputs);
        return Result();
    });
}

void TargetBuild::solve(buildkit::Connection &connection, const solve::Build::OnResult &on_result) {
    ref_ = planned_->request.ref;
    lock_caches(inputs_.caches);
    auto response = start(connection, planned_->request).solve(on_result);
    inputs_.warnings += finish_caches(inputs_.caches, response);
    for (const auto &output : inputs_.outputs)
        if (output.as_layout_directory())
            finish_layout(output, response, inputs_.tags);
    outcome_.metadata = read_metadata(response);
}

void TargetBuild::load(buildkit::Connection &connection) {
    if (!inputs_.incremental_load)
        return;
    check_not_cancelled();
    BuilderBlobs blobs(connection);
    auto image_store = commons_.image_store(); // a copy, since it is not thread-safe
    auto done = load_built(setting_.engine(), image_store, blobs, outcome_.metadata, options_.tags,
                           base_names(inputs_.context, options_), early_ ? &*early_ : nullptr,
                           display_, setting_.surroundings.now, inputs_.warnings);
    if (done == LoadBuilt::loaded)
        return;
    inputs_.outputs = {exported_whole(inputs_.outputs.front(), done == LoadBuilt::whole_index)};
    solve_again(connection);
}

// Exports the whole image in a second solve, from the build cache. Caches were already exported.
void TargetBuild::solve_again(buildkit::Connection &connection) {
    inputs_.caches.to.clear();
    inputs_.incremental_load = false;
    if (!needed_)
        close();
    first_planned_ = std::move(planned_); // its session may still be in use
    const auto &first = first_planned_->request;
    planned_ = make_request(setting_, options_, inputs_, images_, commons_.credentials());
    planned_->request.attributes = first.attributes;
    planned_->request.inputs = first.inputs;
    solve(connection, {});
}

void TargetBuild::add_provenance(buildkit::Connection &connection) {
    if (inputs_.provenance == ProvenanceMode::disabled)
        return;
    check_not_cancelled();
    progress::Task task(display_, "resolving provenance for metadata file",
                        setting_.surroundings.now);
    job::add_provenance(outcome_.metadata, read_provenance(connection, ref_), inputs_.provenance);
    task.done();
}

void TargetBuild::cancel() {
    std::lock_guard lock(mutex_);
    cancelled_ = true;
    for (auto &build : builds_)
        build->cancel();
}

void TargetBuild::check_not_cancelled() {
    std::lock_guard lock(mutex_);
    if (cancelled_)
        throw TargetAborted("aborted: another target failed");
}

void TargetBuild::close() {
    std::lock_guard lock(mutex_);
    builds_.clear();
}

void TargetBuild::set_failure(TargetState state, const Error &error) {
    bool by_others = false;
    {
        std::lock_guard lock(mutex_);
        by_others = cancelled_ && state == TargetState::failed;
    }
    if (error.code() == ExitCode::cancelled && state != TargetState::not_started) // by the user
        state = TargetState::aborted;
    outcome_.state = by_others ? TargetState::aborted : state;
    outcome_.error = by_others ? TargetAborted("aborted: another target failed") : error;
}

void TargetBuild::fail(const Error &error) {
    bool left_out = outcome_.state == TargetState::not_started && outcome_.error;
    if (outcome_.state == TargetState::succeeded || left_out)
        return;
    outcome_.state =
        error.code() == ExitCode::cancelled ? TargetState::aborted : TargetState::failed;
    outcome_.error = error;
}

BuildName TargetBuild::name(const std::string &group) const {
    auto path = inputs_.context.kind == context::LocalContext::Kind::directory &&
                        inputs_.context.scratch == nullptr
                    ? inputs_.context.directory.string()
                    : options_.context;
    return {.builder = setting_.builder,
            .node = setting_.node.name,
            .ref = begun_ ? ref_ : "",
            .context = redaction_.of(path),
            .dockerfile = noted_dockerfile(options_.file, inputs_.context),
            .target = group.empty() ? "default" : target_.name,
            .group = group};
}

std::string TargetBuild::reference() const {
    auto known = ref();
    return known.empty() ? ""
                         : fmt::format("{}/{}/{}", setting_.builder, setting_.node.name, known);
}

void TargetBuild::note(const std::string &group) {
    if (options_.call.empty() || outcome_.state != TargetState::succeeded)
        save_ref(setting_.store, name(group));
}

// For a failed build, reports its name, under which BuildKit keeps the log. An error here must not
// hide the failure of the build.
void TargetBuild::report(const std::vector<progress::VertexWarning> &warnings,
                         const std::string &group) {
    bool worked = outcome_.state == TargetState::succeeded;
    if (worked && !options_.call.empty())
        return;
    try {
        note(group);
        if (!options_.call.empty())
            return;
        if (!worked)
            outcome_.metadata = nlohmann::json::object();
        auto known = name(group);
        if (worked && joint_.only_pushed())
            known.ref.clear(); // docker buildx names no build of several
        complete_metadata(outcome_.metadata, known, warnings, setting_.environment);
        if (!inputs_.outputs.empty() && worked)
            name_as_loaded(outcome_.metadata, inputs_.outputs.front(), options_.tags);
        if (!options_.metadata_file.empty())
            write_output_file(options_.metadata_file, outcome_.metadata.dump(2),
                              setting_.given_up());
        if (worked)
            write_files();
    } catch (const std::exception &error) {
        const auto *own = dynamic_cast<const Error *>(&error);
        if (worked)
            set_failure(TargetState::failed, own ? *own : Error(error.what()));
        else if (!own || own->code() != ExitCode::cancelled)
            setting_.err << "WARNING: " << error.what() << '\n';
    }
}

void TargetBuild::write_files() {
    auto id = image_id(outcome_.metadata);
    if (!options_.iid_file.empty())
        write_output_file(options_.iid_file, id, setting_.given_up());
    if (!options_.deps_file.empty())
        write_output_file(options_.deps_file,
                          make_rule(options_, inputs_.outputs, inputs_.context, inputs_.named),
                          setting_.given_up());
    if (setting_.quiet)
        setting_.out << id << '\n' << std::flush;
}

} // namespace berth::job
