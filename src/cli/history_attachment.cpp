// SPDX-License-Identifier: Apache-2.0
// `berth history inspect attachment`: a manifest, an image's configuration, an attestation.
#include "berth/args/options.hpp"
#include "berth/history/attachments.hpp"
#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include "history_nodes.hpp"

#include <fmt/format.h>

#include <memory>

namespace berth::cli {

namespace {

struct AttachmentOptions {
    std::vector<std::string> arguments; // REF, DIGEST
    std::string type, platform;
};

std::string chosen_digest(buildkit::Connection &connection, const history::Record &record,
                          const AttachmentOptions &options) {
    for (const auto &one : history::attachments(connection, record)) {
        bool here = options.platform.empty() || one.platform == options.platform;
        if (here && (options.type.empty() || history::has_type(one, options.type)))
            return one.digest;
    }
    throw Error(
        fmt::format("no matching attachment found for ref \"{}\"", printable(record.message.ref())),
        ExitCode::failure,
        fmt::format("`berth history inspect {}` lists them", printable(record.message.ref())));
}

ExitCode run_attachment(Context &context, const AttachmentOptions &options) {
    const auto &arguments = options.arguments;
    auto ref = arguments.empty() ? "" : arguments.front();
    auto digest = arguments.size() > 1 ? arguments[1] : "";
    if (arguments.size() > 1)
        history::check_digest(digest);
    else if (options.platform.empty() && options.type.empty())
        throw usage_error("at least one of --type, --platform or DIGEST must be specified");
    HistoryNodes nodes(context);
    auto record = nodes.find(ref);
    nodes.on(record.node, [&](buildkit::Connection &connection) {
        history::copy_blob(connection,
                           digest.empty() ? chosen_digest(connection, record, options) : digest,
                           context.out);
    });
    return ExitCode::success;
}

} // namespace

void add_history_attachment(args::Command &inspect, Action &action) {
    auto options = std::make_shared<AttachmentOptions>();
    auto *command = inspect.add_command("attachment", "Inspect a build record attachment");
    args::add_value(*command, "--platform", options->platform, "Platform of attachment")
        .type("PLATFORM");
    args::add_value(*command, "--type", options->type, "Type of attachment")
        .type("index|manifest|image|provenance|sbom|TYPE");
    command->take_arguments("[REF [DIGEST]]", options->arguments);
    command->callback([&action, options] {
        action = [options](Context &context) { return run_attachment(context, *options); };
    });
}

} // namespace berth::cli
