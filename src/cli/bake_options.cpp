// SPDX-License-Identifier: Apache-2.0
#include "bake_options.hpp"

#include "berth/args/options.hpp"
#include "berth/bake/entries.hpp"
#include "berth/job/attestations.hpp"
#include "berth/job/call.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

namespace berth::cli {

namespace {

// A switch that distinguishes absence from false.
void add_given_switch(args::Command &command, const std::string &name, std::optional<bool> &value,
                      const std::string &description) {
    command
        .add_option(name, description,
                    [&value](const std::string &text) {
                        value = parse_bool(text);
                        if (!value)
                            throw usage_error("not true or false");
                    })
        .implied = "true";
}

// Is policy evaluation switched off? Throws for values that only a definition may have.
bool disables_policies(const std::vector<std::string> &policies) {
    bool disabled = false;
    for (const auto &text : policies) {
        auto policy = bake::read_policy(text);
        auto refuse = [](const std::string &what, const std::string &instead) {
            throw usage_error(fmt::format("--policy does not accept {}; define policy {} in the "
                                          "bake definition",
                                          what, instead));
        };
        if (!policy.files.empty())
            refuse("filename", "files");
        if (policy.reset)
            refuse("reset", "composition");
        if (policy.disabled && (policy.strict || policy.log_level || policies.size() > 1))
            throw usage_error("disabled policy cannot be combined with other policy flags");
        disabled = policy.disabled;
    }
    return disabled;
}

} // namespace

void add_bake_flags(args::Command &command, BakeOptions &options) {
    args::add_repeated(command, "--allow", options.allow,
                       "Allow the build to access specified resources")
        .type("ENTITLEMENT");
    args::add_value(command, "--call", options.call,
                    "Evaluate the targets instead of building them")
        .type("build|check|outline|targets[,format=json]");
    command
        .add_option("--check", "Shorthand for --call=check",
                    [&options](const std::string &text) {
                        auto wanted = parse_bool(text);
                        if (!wanted)
                            throw usage_error("not true or false");
                        if (*wanted)
                            options.call = "check";
                    })
        .implied = "true";
    args::add_repeated(command, "--env-file", options.env_files,
                       "Read variables from a file of NAME=VALUE lines")
        .type("FILE");
    args::add_repeated(command, "-f,--file", options.files, "Build definition file").type("FILE");
    args::add_value(command, "-j,--jobs", options.jobs,
                    "Limit parallel targets, and choose what a failure stops")
        .type("N|fail-fast|defer-output|defer-error[,parallel=N]");
    args::add_value(command, "--list", options.list, "List targets or variables")
        .type("targets|variables|type=TYPE[,format=json]");
    args::add_switch(command, "--list-targets", options.list_targets, "")
        .deprecate("--list=targets")
        .hide();
    args::add_switch(command, "--list-variables", options.list_variables, "")
        .deprecate("--list=variables")
        .hide();
    args::add_switch(command, "--load", options.load, "Shorthand for --set=*.output=type=docker");
    args::add_value(command, "--metadata-file", options.metadata_file,
                    "Write build result metadata to a file")
        .type("FILE");
    add_given_switch(command, "--no-cache", options.no_cache,
                     "Do not use cache when building the images");
    args::add_repeated(command, "--policy", options.policies,
                       "Policy configuration (disabled=true)")
        .type("POLICY");
    args::add_switch(command, "--print", options.print, "Print the options without building");
    args::add_value(command, "--progress", options.progress, "Type of progress output")
        .type("auto|plain|tty|rawjson|quiet|none");
    args::add_value(command, "--provenance", options.provenance,
                    "Shorthand for --set=*.attest=type=provenance")
        .type("true|false|mode=min|mode=max");
    add_given_switch(command, "--pull", options.pull,
                     "Always attempt to pull all referenced images");
    args::add_switch(command, "--push", options.push, "Shorthand for --set=*.output=type=registry");
    args::add_value(command, "--sbom", options.sbom, "Shorthand for --set=*.attest=type=sbom")
        .type("true|false|generator=IMAGE");
    args::add_repeated(command, "--set", options.overrides,
                       "Override a target's value (TARGET.KEY=VALUE)")
        .type("PATTERN.KEY=VALUE");
    args::add_repeated(command, "--var", options.variables, "Set a variable's value")
        .type("VARIABLE=VALUE");
    command.take_arguments("[TARGET...]", options.targets);
}

std::vector<std::string> all_overrides(const BakeOptions &options) {
    auto overrides = options.overrides;
    auto add = [&overrides](const std::string &key, const std::string &value) {
        overrides.push_back("*." + key + "=" + value);
    };
    auto text = [](bool value) { return value ? "true" : "false"; };
    if (options.push)
        add("push", "true");
    if (options.load)
        add("load", "true");
    if (auto call = job::read_call(options.call))
        add("call", call->name);
    if (options.no_cache)
        add("no-cache", text(*options.no_cache));
    if (options.pull)
        add("pull", text(*options.pull));
    if (!options.sbom.empty())
        add("attest", job::attestation("sbom", options.sbom));
    if (!options.provenance.empty())
        add("attest", job::attestation("provenance", options.provenance));
    for (const auto &policy : options.policies)
        add(disables_policies(options.policies) ? "policy" : "policy+", policy);
    return overrides;
}

std::optional<BakeList> read_list(const BakeOptions &options) {
    auto text = options.list;
    if (text.empty() && options.list_targets)
        text = "targets";
    else if (text.empty() && options.list_variables)
        text = "variables";
    if (text.empty())
        return {};
    BakeList list;
    std::string format = "table";
    auto fields = parse_csv(text);
    if (fields.size() == 1 && fields[0] == text && !text.starts_with("type=")) {
        list.type = text;
    } else {
        for (const auto &field : fields) {
            auto equals = field.find('=');
            if (equals == std::string::npos)
                throw usage_error(fmt::format("invalid value {}", printable(field)));
            auto key = lower(trim(field.substr(0, equals)));
            if (key != "type" && key != "format")
                throw usage_error(
                    fmt::format("unexpected key '{}' in '{}'", printable(key), printable(field)));
            (key == "type" ? list.type : format) = field.substr(equals + 1);
        }
    }
    if (list.type != "targets" && list.type != "variables")
        throw usage_error(fmt::format("invalid list type \"{}\"", printable(list.type)),
                          "types are targets and variables");
    if (format != "table" && format != "json")
        throw usage_error(fmt::format("invalid list format \"{}\"", printable(format)),
                          "formats are table and json");
    list.json = format == "json";
    return list;
}

} // namespace berth::cli
