// SPDX-License-Identifier: Apache-2.0
#include "history_inspection_text.hpp"

#include "berth/buildkit/status.hpp"
#include "berth/cli/table.hpp"
#include "berth/util/strings.hpp"
#include "berth/util/units.hpp"

#include "history_text.hpp"

#include <fmt/format.h>

namespace berth::cli {
namespace {

using Json = nlohmann::ordered_json;

std::string joined(const Json &list) {
    return join(list.get<std::vector<std::string>>(), ", ");
}

// Adds a label and its value, if it has one. The value comes from a build, so escape sequences are
// removed.
void add(Rows &rows, const char *label, const Json &value) {
    auto text = value.is_array()     ? joined(value)
                : value.is_boolean() ? std::string(value.get<bool>() ? "true" : "")
                                     : value.get<std::string>();
    if (!text.empty())
        rows.push_back({std::string(label) + ":", printable(text, true)});
}

// "2147483648" as 2GiB; other text unchanged.
Json human_bytes(const Json &value) {
    auto bytes = parse_integer(value.get<std::string>());
    return !bytes || *bytes < 0 ? value : Json(format_binary_bytes(static_cast<double>(*bytes)));
}

void print_pairs(std::ostream &out, const Json &pairs, const char *title) {
    if (pairs.empty())
        return;
    Rows rows = {{title, "VALUE"}};
    for (const auto &pair : pairs)
        rows.push_back({printable(pair["Name"].get<std::string>()),
                        printable(pair["Value"].get<std::string>(), true)});
    print_tabbed(out, rows);
    out << '\n';
}

void print_identity(std::ostream &out, const Json &document, bool ref_given) {
    Rows rows;
    add(rows, "Name", document["Name"]);
    if (!ref_given)
        add(rows, "Ref", document["Ref"]);
    add(rows, "Context", document["Context"]);
    add(rows, "Dockerfile", document["Dockerfile"]);
    add(rows, "VCS Repository", document["VCSRepository"]);
    add(rows, "VCS Revision", document["VCSRevision"]);
    add(rows, "Target", document["Target"]);
    add(rows, "Platforms", document["Platform"]);
    add(rows, "Keep Git Dir", document["KeepGitDir"]);
    print_tabbed(out, rows);
    out << '\n';
    print_pairs(out, document["NamedContexts"], "NAMED CONTEXT");
}

std::string steps(const Json &document) {
    auto total = document["NumTotalSteps"].get<double>();
    auto cached = document["NumCachedSteps"].get<double>();
    auto share = total > 0    ? fmt::format("{:.0f}", cached / total * 100)
                 : cached > 0 ? std::string("+Inf")
                              : std::string("NaN"); // as Go writes it
    return fmt::format("{}/{} ({}% cached)", document["NumCompletedSteps"].dump(),
                       document["NumTotalSteps"].dump(), share);
}

void print_course(std::ostream &out, const Json &document) {
    auto status = document["Status"].get<std::string>();
    auto started = document["StartedAt"].is_string() ? document["StartedAt"].get<std::string>()
                                                     : std::string();
    std::chrono::nanoseconds duration(document["Duration"].get<std::int64_t>());
    constexpr std::size_t to_seconds = 19; // of 2026-01-31T12:00:00
    Rows rows = {{"Started:", replace_all(started.substr(0, to_seconds), "T", " ")},
                 {"Duration:", seconds_text(duration) + (status == "running" ? " (running)" : "")}};
    if (status == "failed") {
        const auto &error = document["Error"];
        auto code = static_cast<buildkit::StatusCode>(error["Code"].get<int>());
        rows.push_back(
            {"Error:",
             printable(to_string(code) + " " + error["Message"].get<std::string>(), true)});
    } else if (status == "canceled") {
        rows.push_back({"Status:", "Canceled"});
    }
    rows.push_back({"Build Steps:", steps(document)});
    print_tabbed(out, rows);
    out << '\n';
}

void print_config(std::ostream &out, const Json &config) {
    Rows rows;
    add(rows, "Network", config["Network"]);
    add(rows, "Hostname", config["Hostname"]);
    add(rows, "Extra Hosts", config["ExtraHosts"]);
    add(rows, "Cgroup Parent", config["CgroupParent"]);
    add(rows, "Image Resolve Mode", config["ImageResolveMode"]);
    add(rows, "Multi-Platform", config["MultiPlatform"]);
    add(rows, "No Cache", config["NoCache"]);
    add(rows, "No Cache Filter", config["NoCacheFilter"]);
    add(rows, "Shm Size", config["ShmSize"]);
    add(rows, "Resource Limits", config["Ulimit"]);
    add(rows, "Memory", human_bytes(config["Memory"]));
    add(rows, "Memory Swap", human_bytes(config["MemorySwap"]));
    add(rows, "CPU Shares", config["CPUShares"]);
    add(rows, "CPU Period", config["CPUPeriod"]);
    add(rows, "CPU Quota", config["CPUQuota"]);
    add(rows, "CPUSet CPUs", config["CPUSetCPUs"]);
    add(rows, "CPUSet Mems", config["CPUSetMems"]);
    add(rows, "Cache Mount Namespace", config["CacheMountNS"]);
    add(rows, "Dockerfile Check Config", config["DockerfileCheckConfig"]);
    add(rows, "Source Date Epoch", config["SourceDateEpoch"]);
    add(rows, "Sandbox Hostname", config["SandboxHostname"]);
    for (const auto &pair : config["RestRaw"])
        rows.push_back({printable(pair["Name"].get<std::string>()) + ":",
                        printable(pair["Value"].get<std::string>(), true)});
    print_tabbed(out, rows);
    out << '\n';
}

void print_results(std::ostream &out, const Json &document) {
    if (!document["Materials"].empty()) {
        Rows rows = {{"URI", "DIGEST"}};
        for (const auto &one : document["Materials"])
            rows.push_back(
                {printable(one["URI"].get<std::string>()), printable(joined(one["Digests"]))});
        out << "Materials:\n";
        print_tabbed(out, rows);
        out << '\n';
    }
    if (document["Attachments"].empty())
        return;
    Rows rows = {{"DIGEST", "PLATFORM", "TYPE"}};
    for (const auto &one : document["Attachments"])
        rows.push_back({printable(one["Digest"].get<std::string>()),
                        printable(one["Platform"].get<std::string>()),
                        printable(one["Type"].get<std::string>())});
    out << "Attachments:\n";
    print_tabbed(out, rows);
    out << '\n';
}

void print_failure(std::ostream &out, const history::Inspection &inspection, bool debug) {
    const auto &error = inspection.document["Error"];
    if (!error.is_object())
        return;
    out << printable(inspection.sources, true);
    if (!error["Logs"].empty()) {
        out << "Logs:\n> => " << printable(error["Name"].get<std::string>()) << ":\n";
        for (const auto &line : error["Logs"])
            out << "> " << printable(line.get<std::string>(), true) << '\n';
        out << '\n';
    }
    if (inspection.stack.empty())
        return;
    if (debug)
        out << '\n' << printable(inspection.stack, true) << '\n';
    else
        out << "Enable --debug to see stack traces for error\n";
}

} // namespace

void print_inspection(std::ostream &out, const history::Inspection &inspection,
                      const InspectionLook &look) {
    const auto &document = inspection.document;
    print_identity(out, document, look.ref_given);
    print_course(out, document);
    print_config(out, document["Config"]);
    print_pairs(out, document["BuildArgs"], "BUILD ARG");
    print_pairs(out, document["Labels"], "LABEL");
    print_results(out, document);
    print_failure(out, inspection, look.debug);
    out << "Print build logs: berth history logs " << printable(document["Ref"].get<std::string>())
        << '\n'
        << "View build in Docker Desktop: " << look.url << '\n';
}

} // namespace berth::cli
