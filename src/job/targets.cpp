// SPDX-License-Identifier: Apache-2.0
#include "berth/job/targets.hpp"

#include "berth/util/strings.hpp"
#include "berth/util/threads.hpp"

#include "build_details.hpp"
#include "join_parts.hpp"
#include "lane.hpp"
#include "shared_directories.hpp"
#include "targets_report.hpp"
#include "unit_builds.hpp"

#include <fmt/format.h>

#include <exception>
#include <memory>
#include <utility>

namespace berth::job {

namespace {

class TargetsBuild {
  public:
    TargetsBuild(const std::vector<BuildSetting> &nodes, const std::vector<NamedTarget> &targets,
                 const TargetsOptions &options, progress::Display &display)
        : setting_(nodes.front()),
          targets_(targets),
          options_(options),
          display_(display),
          shared_display_(display),
          commons_(setting_),
          units_(units_of(targets)),
          graph_(link_units(targets, units_)),
          builds_(nodes, targets, units_, commons_, shared_display_, display) {
        for (const auto &node : nodes)
            add_lane(node, nodes.size() > 1);
    }

    std::vector<TargetOutcome> run() {
        read();
        if (setting_.docker.runner().dry()) {
            print_recipes();
            return builds_.outcomes();
        }
        try {
            for (const auto &build : builds_)
                build->bring_images();
            on_connections();
            for (const auto &lane : lanes_)
                lane->remove_old_contexts();
        } catch (const Error &error) {
            fail_all(error);
        } catch (const std::exception &error) {
            fail_all(Error(error.what()));
        }
        finish();
        return builds_.outcomes();
    }

  private:
    void fail_all(const Error &error) {
        for (const auto &build : builds_)
            build->fail(error);
    }

    bool alone() const { return targets_.size() == 1; }
    const NamedTarget &target_of(std::size_t unit) const { return targets_[units_[unit].target]; }
    Lane &lane_of(std::size_t unit) { return *lanes_[units_[unit].node]; }

    void add_lane(const BuildSetting &node, bool named) {
        auto *display = &display_;
        if (named) {
            booting_.push_back(std::make_unique<progress::SharedDisplay::Part>(
                shared_display_, printable(node.node.name)));
            display = booting_.back().get();
        }
        lanes_.push_back(std::make_unique<Lane>(node, *display));
    }

    // An error about one of several targets says which.
    void naming(std::size_t unit, const std::function<void()> &work) {
        try {
            work();
        } catch (const Error &error) {
            throw alone() ? error : of_target(target_of(unit).name, error);
        }
    }

    void read() {
        for (std::size_t i = 0; i < units_.size(); ++i)
            naming(i, [&] { builds_.read_next(!options_.metadata_file.empty()); });
    }

    void print_recipes() {
        std::vector<bool> shown;
        for (const auto &lane : lanes_)
            shown.push_back(lane->print());
        auto &runner = setting_.docker.runner();
        for (std::size_t i = 0; i < builds_.size(); ++i) {
            if (!shown[units_[i].node])
                continue;
            if (!alone())
                runner.note("# target " + printable(target_of(i).name));
            if (lanes_.size() > 1)
                runner.note("# node " + printable(lane_of(i).name()));
            for (const auto &link : target_of(i).links)
                runner.note(fmt::format("# not shown: the context {} is the result of target {}",
                                        printable(link.context), printable(link.target)));
            builds_[i].print_recipe();
            if (!units_[i].whole() && units_[i].part + 1 == units_[i].parts)
                for (const auto &line : describe_joining(builds_[i].joint()))
                    runner.note(line);
        }
    }

    void on_connections() {
        if (lanes_.size() == 1)
            return lanes_.front()->with_connection([this] { return begun(); },
                                                   [this](buildkit::Connection &) { attempt(); });
        rethrow_first(on_threads(lanes_.size(), [&](std::size_t i) {
            try {
                lanes_[i]->reach();
            } catch (const Error &error) {
                throw of_node(lanes_[i]->name(), error);
            }
        }));
        attempt();
    }

    bool begun() const {
        for (const auto &build : builds_)
            if (build->begun())
                return true;
        return false;
    }

    void attempt() {
        struct Closing { // before the connections go
            TargetsBuild &all;
            ~Closing() {
                all.served_.clear();
                for (const auto &build : all.builds_)
                    build->close();
                for (const auto &lane : all.lanes_)
                    lane->hang_up();
            }
        } closing{*this};
        std::vector<std::vector<solve::Request *>> requests(lanes_.size());
        for (std::size_t i = 0; i < builds_.size(); ++i) {
            naming(i, [&] { builds_[i].prepare(); });
            if (auto *request = builds_[i].request())
                requests[units_[i].node].push_back(request);
        }
        for (std::size_t i = 0; i < lanes_.size(); ++i)
            for (const auto &request : share_directories(requests[i]))
                served_.push_back(
                    std::make_unique<solve::Served>(lanes_[i]->connection(), request));
        std::vector<std::string> names;
        std::vector<std::size_t> nodes;
        for (const auto &unit : units_) {
            names.push_back(targets_[unit.target].name);
            nodes.push_back(unit.node);
        }
        TargetOrder order(graph_, std::move(names), options_.jobs, std::move(nodes));
        rethrow_first(on_threads(units_.size(), [&](std::size_t i) { run_one(order, i); }));
    }

    // An error of its own, not the user's Ctrl-C.
    void name_error(std::size_t place, bool of_its_node) {
        auto &error = builds_[place].outcome().error;
        if (!error || error->code() == ExitCode::cancelled)
            return;
        if (of_its_node && lanes_.size() > 1)
            error = of_node(lane_of(place).name(), *error);
        if (!alone())
            error = of_target(target_of(place).name, *error);
    }

    // Throws what ended the only connection, if that is why it ended.
    void run_one(TargetOrder &order, std::size_t place) {
        std::exception_ptr broken;
        auto &build = builds_[place];
        try {
            build.run(lane_of(place).connection(), order, place, linked(place));
        } catch (const buildkit::CommandEnded &ended) {
            if (lanes_.size() == 1)
                broken = std::current_exception();
            else
                build.fail(lane_of(place).error_of(ended));
        } catch (...) {
            broken = std::current_exception();
        }
        name_error(place, true);
        if (!broken)
            join_parts(place);
        builds_.finish(place);
        if (!broken && build.outcome().state != TargetState::failed)
            return;
        stop_others(order, place, broken != nullptr);
        if (broken)
            std::rethrow_exception(broken);
    }

    void join_parts(std::size_t place) {
        auto fail = [&](const Error &error) {
            builds_[place].not_joined(error);
            name_error(place, false);
        };
        try {
            builds_.join_parts(place);
        } catch (const Error &error) {
            fail(error);
        } catch (const std::exception &error) {
            fail(Error(error.what()));
        }
    }

    // All others; with deferred errors the parts of the same target alone.
    void stop_others(TargetOrder &order, std::size_t place, bool broken) {
        bool all = broken || options_.jobs.mode != JobsMode::defer_error;
        if (all)
            order.stop();
        for (std::size_t i = 0; i < builds_.size(); ++i)
            if (i != place && (all || units_[i].target == units_[place].target))
                builds_[i].cancel();
    }

    std::vector<const TargetBuild *> linked(std::size_t place) const {
        std::vector<const TargetBuild *> result;
        for (const auto &link : target_of(place).links)
            if (auto parent = find_unit(targets_, units_, link.target, units_[place].node))
                result.push_back(&builds_[*parent]);
        return result;
    }

    // Finishes the log, prints the texts below it, and writes the files.
    void finish() {
        if (!alone())
            show_results(builds_.outcomes(), options_.jobs.mode, display_,
                         setting_.surroundings.now);
        display_.finish();
        if (!setting_.progress_alone)
            print_below();
        static const std::vector<progress::VertexWarning> none;
        builds_.report(options_.metadata_file.empty() ? display_.warnings() : none, save_group(),
                       [this](std::size_t place) { name_error(place, false); });
        if (!setting_.progress_alone && setting_.warnings &&
            has_docker_desktop(setting_.environment))
            add_details();
        if (!options_.metadata_file.empty())
            write_metadata_file(options_.metadata_file, builds_.outcomes(), display_.warnings(),
                                setting_.environment, setting_.given_up());
    }

    // As docker buildx: of each node, or below the first error of the build that failed.
    void add_details() {
        std::vector<std::pair<std::string, std::string>> references;
        for (std::size_t i = 0; i < builds_.size(); ++i) {
            auto ref = builds_[i].reference();
            auto &outcome = builds_[i].outcome();
            if (!ref.empty() && outcome.error && outcome.state == TargetState::failed)
                return outcome.error->set_epilogue(build_details({{"", ref}}, setting_.colour));
            if (!ref.empty())
                references.emplace_back(target_of(i).name, ref);
        }
        setting_.err << build_details(references, setting_.colour) << std::flush;
    }

    // Records the builds of a bake as a group, and returns its ID. An error here must not hide the
    // result of the builds.
    std::string save_group() const {
        store::BuildGroup group{.targets = options_.asked_for, .refs = {}};
        for (std::size_t i = 0; i < builds_.size(); ++i)
            if (auto ref = builds_[i].ref(); units_[i].part == 0 && !ref.empty())
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
            if (units_[i].part > 0)
                continue;
            setting_.err << builds_[i].warnings();
            if (builds_[i].goes_nowhere() && target_of(i).requested)
                nowhere.push_back(target_of(i).name);
        }
        setting_.err << no_output_warning(nowhere);
        if (setting_.warnings)
            progress::print_warnings(setting_.err, display_.warnings(), setting_.colour,
                                     setting_.debug);
        for (std::size_t i = 0; i < builds_.size(); ++i) {
            const auto &excerpt = builds_[i].excerpt();
            if (units_[i].part == 0 || builds_[i - 1].excerpt() != excerpt)
                setting_.err << excerpt; // nodes that stop at the same line show it once
        }
        setting_.err << std::flush;
    }

    const BuildSetting &setting_; // of the first node
    const std::vector<NamedTarget> &targets_;
    const TargetsOptions &options_;
    progress::Display &display_;
    progress::SharedDisplay shared_display_;
    BuildCommons commons_;
    std::vector<Unit> units_;
    TargetGraph graph_;
    std::vector<std::unique_ptr<progress::Display>> booting_;
    std::vector<std::unique_ptr<Lane>> lanes_;
    UnitBuilds builds_;
    std::vector<std::unique_ptr<solve::Served>> served_;
};

} // namespace

std::vector<TargetOutcome> build_targets(const std::vector<BuildSetting> &nodes,
                                         const std::vector<NamedTarget> &targets,
                                         const TargetsOptions &options,
                                         progress::Display &display) {
    return TargetsBuild(nodes, targets, options, display).run();
}

} // namespace berth::job
