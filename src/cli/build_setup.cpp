// SPDX-License-Identifier: Apache-2.0
#include "build_setup.hpp"

#include "berth/builder/platform.hpp"
#include "berth/cli/context_builder.hpp"
#include "berth/job/flag_values.hpp"
#include "berth/job/secrets.hpp"
#include "berth/progress/colours.hpp"
#include "berth/store/proxies.hpp"
#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

namespace berth::cli {

namespace {

struct TerminalLook {
    progress::Colours colours;
    int log_lines = progress::DisplayOptions().log_lines;
    std::chrono::milliseconds draw_interval = progress::DisplayOptions().draw_interval;
};

TerminalLook terminal_look(const Context &context, bool colour) {
    TerminalLook look;
    if (colour) {
        auto chosen = progress::choose_colours(context.environment.get("BUILDKIT_COLORS"));
        for (const auto &problem : chosen.problems)
            context.err << "WARNING: " << problem << "\n";
        look.colours = chosen.colours;
    }
    constexpr long long most = 1000;
    auto lines = parse_integer(context.environment.get("BUILDKIT_TTY_LOG_LINES"));
    if (lines && *lines > 0)
        look.log_lines = static_cast<int>(std::min(*lines, most));
    constexpr long long longest = 60'000;
    auto rate = parse_integer(context.environment.get("TTY_DISPLAY_RATE"));
    if (rate && *rate > 0)
        look.draw_interval = std::chrono::milliseconds(std::min(*rate, longest));
    return look;
}

// As docker commands are shown: `+ buildkit Control/Solve  # 0.12s, OK`. `node`: empty when there
// is one alone.
void print_call(std::ostream &out, const std::string &node, const buildkit::CallRecord &call) {
    constexpr std::string_view services[] = {"/moby.buildkit.v1.frontend.", "/moby.buildkit.v1."};
    std::string_view method = call.method;
    for (auto prefix : services)
        if (method.starts_with(prefix))
            method.remove_prefix(prefix.size());
    if (method.starts_with('/'))
        method.remove_prefix(1);
    out << fmt::format("+ buildkit{} {}  # {:.3f}s, {}\n", node.empty() ? "" : "@" + node, method,
                       static_cast<double>(call.elapsed.count()) / 1000.0,
                       to_string(call.status.code))
        << std::flush;
}

std::function<void(const buildkit::CallRecord &)> call_printer(const Context &context,
                                                               const std::string &node) {
    if (!context.debug)
        return {};
    return
        [&context, node](const buildkit::CallRecord &call) { print_call(context.err, node, call); };
}

// BUILDX_NO_DEFAULT_LOAD.
bool no_default_load(const Context &context) {
    auto text = context.environment.find("BUILDX_NO_DEFAULT_LOAD");
    if (text && !parse_bool(*text))
        context.err << "WARNING: invalid non-bool value for BUILDX_NO_DEFAULT_LOAD: "
                    << printable(*text) << '\n';
    return text && parse_bool(*text).value_or(false);
}

} // namespace

ProgressChoice progress_choice(const Context &context, const std::string &given, bool quiet) {
    using progress::Mode;
    bool automatic = given.empty() || given == "auto";
    auto text = automatic ? context.environment.get("BUILDKIT_PROGRESS", "auto") : given;
    auto mode = progress::parse_mode(text);
    if (quiet && !automatic && mode != Mode::quiet && mode != Mode::none)
        throw usage_error(fmt::format("progress={} and quiet cannot be used together", given),
                          "remove --progress or --quiet");
    if (quiet)
        return {.mode = Mode::quiet, .warnings = false};
    // The variable only silences the log; it does not print the ID of the image.
    if (automatic && mode == Mode::quiet)
        return {.mode = Mode::none, .warnings = true};
    return {.mode = mode, .warnings = mode != Mode::quiet && mode != Mode::none};
}

progress::DisplayOptions display_options(const Context &context, const ChosenBuilder &chosen) {
    auto name = build_builder_name(context, chosen);
    auto driver = chosen.from_context ? "docker-container" : printable(chosen.record.driver);
    auto options = context.display_options();
    auto look = terminal_look(context, options.colour);
    options.builder_line =
        fmt::format("building with \"{}\" instance using {} driver", name, driver);
    options.builder_name = driver + ":" + name;
    options.colours = look.colours;
    options.log_lines = look.log_lines;
    options.draw_interval = look.draw_interval;
    options.short_names = context.environment.get("PROGRESS_NO_TRUNC") == "0";
    return options;
}

void hide_secrets(const Context &context, const job::BuildOptions &build) {
    for (const auto &variable :
         job::secret_variables(build.secrets, build.build_args, context.environment))
        ::unsetenv(variable.c_str());
}

void add_proxies(const Context &context, const std::string &endpoint, job::BuildOptions &build) {
    auto found = context.docker_contexts().find(endpoint);
    for (const auto &[name, url] :
         store::configured_proxies(context.environment, found ? found->host : endpoint)) {
        bool given = false;
        for (const auto &argument : build.build_args)
            given = given || argument.substr(0, argument.find('=')) == name;
        if (!given)
            build.build_args.push_back(name + "=" + url);
    }
}

BuildPlace::BuildPlace(const Context &context, ChosenBuilder builder,
                       const std::vector<std::vector<std::string>> &platforms,
                       progress::Display &display, const std::vector<builder::SpreadGroup> &groups)
    : context_(context),
      builder_(std::move(builder)),
      store_(context.store()),
      workers_(context.worker_cache()),
      in_(context.cancellation) {
    std::vector<std::vector<store::Platform>> wanted;
    wanted.reserve(platforms.size());
    for (const auto &list : platforms)
        wanted.push_back(builder::parse_platforms(list).value_or(std::vector<store::Platform>()));
    for (const auto &shares : share_platforms(context, builder_, wanted, groups, display)) {
        auto &parts = parts_.emplace_back();
        for (const auto &share : shares) {
            auto &part = parts.emplace_back();
            part.node = add_node(share.node);
            for (const auto &platform : share.platforms)
                part.platforms.push_back(builder::format_platform(platform));
        }
    }
}

// Its number among those that take part.
std::size_t BuildPlace::add_node(std::size_t number) {
    const auto &record = builder_.record.nodes[number];
    for (std::size_t i = 0; i < nodes_.size(); ++i)
        if (&nodes_[i]->record == &record)
            return i;
    nodes_.push_back(std::make_unique<Node>(
        Node{.record = record,
             .number = number,
             .docker = context_.docker(record),
             .surroundings = context_.surroundings(workers_, record.endpoint)}));
    return nodes_.size() - 1;
}

void BuildPlace::mark_builder_used() const {
    if (!context_.runner.dry())
        store_.begin().touch(builder_.record.name, context_.now());
}

std::vector<job::BuildSetting> BuildPlace::settings(const ProgressChoice &progress, bool quiet) {
    if (!builder_.for_context)
        home_.emplace(context_.docker(context_.docker_contexts().current_endpoint()));
    std::vector<job::BuildSetting> settings;
    for (const auto &node : nodes_)
        settings.push_back(
            {.docker = node->docker,
             .node = node->record,
             .builder = builder_.record.name,
             .store = store_,
             .surroundings = node->surroundings,
             .environment = context_.environment,
             .client_id = store_.node_id(),
             .cache = context_.cache_directory(),
             .in = in_,
             .out = context_.out,
             .err = context_.err,
             .on_call = call_printer(context_, nodes_.size() > 1 ? node->record.name : ""),
             .out_is_terminal = context_.out_is_terminal,
             .colour = context_.colour(),
             .debug = context_.debug,
             .quiet = quiet,
             .warnings = progress.warnings,
             .progress_alone = progress.mode == progress::Mode::rawjson,
             .no_default_load = no_default_load(context_),
             .home = home_ ? &*home_ : nullptr,
             .node_number = node->number});
    return settings;
}

} // namespace berth::cli
