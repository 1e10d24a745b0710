// SPDX-License-Identifier: Apache-2.0
#include "berth/job/targets.hpp"

#include "berth/builder/dial.hpp"
#include "berth/job/old_contexts.hpp"
#include "berth/progress/shared_display.hpp"
#include "berth/util/json.hpp"
#include "berth/util/strings.hpp"

#include "build_details.hpp"
#include "builder_connection.hpp"
#include "shared_directories.hpp"
#include "target_build.hpp"
#include "targets_report.hpp"

#include <fmt/format.h>

#include <exception>
#include <memory>
#include <thread>
#include <utility>

namespace berth::job {

namespace {

class TargetsBuild {
  public:
    TargetsBuild(const BuildSetting &setting, const std::vector<NamedTarget> &targets,
                 const TargetsOptions &options, progress::Display &display)
        : setting_(setting),
          targets_(targets),
          options_(options),
          display_(display),
          shared_display_(display),
          commons_(setting),
          graph_(read_links(targets)),
          container_(builder::container_name(setting.node.name)) {}

    std::vector<TargetOutcome> run() {
        read();
        if (setting_.docker.runner().dry()) {
            print_recipes();
            return outcomes();
        }
        try {
            for (auto &build : builds_)
                build->bring_images();
            on_builder(
                setting_, display_, [this] { return begun(); },
                [this](buildkit::Connection &connection) { attempt(connection); });
            if (!setting_.node.remote)
                remove_old_contexts(setting_.docker, container_, setting_.cache);
        } catch (const Error &error) {
            fail_all(error);
        } catch (const std::exception &error) {
            fail_all(Error(error.what()));
        }
        finish();
        return outcomes();
    }

  private:
    void fail_all(const Error &error) {
        for (auto &build : builds_)
            build->fail(error);
    }

    bool alone() const { return targets_.size() == 1; }

    void read() {
        for (const auto &target : targets_) {
            if (!alone())
                parts_.push_back(
                    std::make_unique<progress::SharedDisplay::Part>(shared_display_, target.name));
            builds_.push_back(std::make_unique<TargetBuild>(setting_, commons_, target,
                                                            alone() ? display_ : *parts_.back()));
            naming(target, [&] { builds_.back()->read(!options_.metadata_file.empty()); });
        }
    }

    // Adds the name of the target to an error, if there are several.
    void naming(const NamedTarget &target, const std::function<void()> &work) {
        try {
            work();
        } catch (const Error &error) {
            throw alone() ? error : of_target(target.name, error);
        }
    }

    void print_recipes() {
        if (setting_.node.remote) {
            setting_.docker.runner().note("# the build is a session with BuildKit, over:");
            setting_.docker.runner().run(builder::dial(setting_.docker, setting_.node).command);
            return;
        }
        builder::boot(setting_.docker, setting_.node, display_, setting_.surroundings);
        for (std::size_t i = 0; i < builds_.size(); ++i) {
            if (!alone())
                setting_.docker.runner().note("# target " + printable(targets_[i].name));
            for (const auto &link : targets_[i].links)
                setting_.docker.runner().note(
                    fmt::format("# not shown: the context {} is the result of target {}",
                                printable(link.context), printable(link.target)));
            builds_[i]->print_recipe();
        }
    }

    bool begun() const {
        for (const auto &build : builds_)
            if (build->begun())
                return true;
        return false;
    }

    void attempt(buildkit::Connection &connection) {
        struct Closing { // before the connection closes
            std::vector<std::unique_ptr<TargetBuild>> &builds;
            ~Closing() {
                for (auto &build : builds)
                    build->close();
            }
        } closing{builds_};
        std::vector<solve::Request *> requests;
        for (std::size_t i = 0; i < builds_.size(); ++i) {
            naming(targets_[i], [&] { builds_[i]->prepare(); });
            if (auto *request = builds_[i]->request())
                requests.push_back(request);
        }
        std::vector<std::unique_ptr<solve::Served>> served;
        for (const auto &request : share_directories(requests))
            served.push_back(std::make_unique<solve::Served>(connection, request));
        run_all(connection);
    }

    void run_all(buildkit::Connection &connection) {
        std::vector<std::string> names;
        for (const auto &target : targets_)
            names.push_back(target.name);
        TargetOrder order(graph_, std::move(names), options_.jobs);
        std::vector<std::exception_ptr> broken(targets_.size());
        {
            std::vector<std::jthread> threads;
            for (std::size_t i = 1; i < targets_.size(); ++i)
                threads.emplace_back([&, i] { broken[i] = run_one(connection, order, i); });
            if (!targets_.empty())
                broken[0] = run_one(connection, order, 0);
        }
        for (const auto &exception : broken)
            if (exception)
                std::rethrow_exception(exception);
    }

    // For an error of the target, not the user's Ctrl-C.
    void name_error(std::size_t place) {
        auto &error = builds_[place]->outcome().error;
        if (error && !alone() && error->code() != ExitCode::cancelled)
            error = of_target(targets_[place].name, *error);
    }

    // Returns the exception that ended the connection, if that ended the target.
    std::exception_ptr run_one(buildkit::Connection &connection, TargetOrder &order,
                               std::size_t place) {
        std::exception_ptr broken;
        try {
            builds_[place]->run(connection, order, place, linked(place));
        } catch (...) {
            broken = std::current_exception();
        }
        name_error(place);
        if (!alone())
            parts_[place]->finish();
        bool failed = broken || builds_[place]->outcome().state == TargetState::failed;
        if (failed && (broken || options_.jobs.mode != JobsMode::defer_error)) {
            order.stop();
            for (std::size_t i = 0; i < builds_.size(); ++i)
                if (i != place)
                    builds_[i]->cancel();
        }
        return broken;
    }

    std::vector<const TargetBuild *> linked(std::size_t place) const {
        std::vector<const TargetBuild *> result;
        for (const auto &link : targets_[place].links)
            for (auto parent : graph_.parents[place])
                if (targets_[parent].name == link.target)
                    result.push_back(builds_[parent].get());
        return result;
    }

    // Finishes the log, prints the texts below it, and writes the files.
    void finish() {
        auto results = outcomes();
        if (!alone())
            show_results(results, display_, setting_.surroundings.now);
        display_.finish();
        if (!setting_.progress_alone)
            print_below();
        static const std::vector<progress::VertexWarning> none;
        auto group = save_group();
        for (std::size_t i = 0; i < builds_.size(); ++i) {
            bool worked = results[i].state == TargetState::succeeded;
            builds_[i]->report(options_.metadata_file.empty() ? display_.warnings() : none, group);
            if (worked)
                name_error(i);
        }
        if (!setting_.progress_alone && setting_.warnings &&
            has_docker_desktop(setting_.environment))
            print_details();
        if (!options_.metadata_file.empty())
            write_metadata_file(options_.metadata_file, outcomes(), display_.warnings(),
                                setting_.environment);
    }

    void print_details() const {
        std::vector<std::pair<std::string, std::string>> references;
        for (std::size_t i = 0; i < builds_.size(); ++i)
            if (auto ref = text_at(builds_[i]->outcome().metadata, "buildx.build.ref");
                !ref.empty())
                references.emplace_back(targets_[i].name, ref);
        setting_.err << build_details(references, setting_.colour) << std::flush;
    }

    // Records the builds of a bake as a group, and returns its ID. An error here must not hide the
    // result of the builds.
    std::string save_group() const {
        store::BuildGroup group{.targets = options_.asked_for, .refs = {}};
        for (const auto &build : builds_)
            if (auto ref = build->ref(); !ref.empty())
                group.refs.push_back(std::move(ref));
        if (options_.asked_for.empty() || group.refs.empty())
            return {};
        auto id = buildkit::new_identifier();
        try {
            setting_.store.save_group(id, group);
        } catch (const std::exception &error) {
            setting_.err << "WARNING: " << error.what() << '\n';
        }
        return id;
    }

    // In docker buildx's order.
    void print_below() {
        std::vector<std::string> nowhere;
        for (std::size_t i = 0; i < builds_.size(); ++i) {
            setting_.err << builds_[i]->warnings();
            if (builds_[i]->goes_nowhere() && targets_[i].requested)
                nowhere.push_back(targets_[i].name);
        }
        setting_.err << no_output_warning(nowhere);
        if (setting_.warnings)
            progress::print_warnings(setting_.err, display_.warnings(), setting_.colour,
                                     setting_.debug);
        for (const auto &build : builds_)
            setting_.err << build->excerpt();
        setting_.err << std::flush;
    }

    std::vector<TargetOutcome> outcomes() const {
        std::vector<TargetOutcome> result;
        for (const auto &build : builds_)
            result.push_back(build->outcome());
        return result;
    }

    const BuildSetting &setting_;
    const std::vector<NamedTarget> &targets_;
    const TargetsOptions &options_;
    progress::Display &display_;
    progress::SharedDisplay shared_display_;
    BuildCommons commons_;
    TargetGraph graph_;
    std::string container_;
    std::vector<std::unique_ptr<progress::Display>> parts_;
    std::vector<std::unique_ptr<TargetBuild>> builds_;
};

} // namespace

std::vector<TargetOutcome> build_targets(const BuildSetting &setting,
                                         const std::vector<NamedTarget> &targets,
                                         const TargetsOptions &options,
                                         progress::Display &display) {
    return TargetsBuild(setting, targets, options, display).run();
}

} // namespace berth::job
