// The context in the builder's state volume, kept in step through the standard input of the very
// `docker exec` that builds. A build whose context the builder holds already is one command.
#include "berth/build/transport.hpp"
#include "berth/docker/arguments.hpp"
#include "berth/util/encoding.hpp"
#include "berth/util/error.hpp"
#include "berth/util/tar.hpp"

#include "remote_run.hpp"

#include <map>
#include <memory>
#include <optional>
#include <utility>

namespace berth::build {

namespace {

// One after the other.
InputStream joined(std::vector<InputStream> streams) {
    return [streams = std::move(streams), at = std::size_t{0}](char *buffer,
                                                               std::size_t size) mutable {
        for (; at < streams.size(); ++at)
            if (auto count = streams[at](buffer, size); count > 0)
                return count;
        return std::size_t{0};
    };
}

// A tar archive of the Dockerfile, the list of what goes, late times and the manifest, as the slot
// wants them. The context must outlive it.
InputStream control_archive(const context::LocalContext &context, const context::Changes &changes) {
    std::map<std::string, std::string> files;
    for (const auto &[name, content] : context.dockerfile_files)
        files["d/" + name] = content;
    // About what it takes on disk: whole blocks, and an inode each.
    constexpr std::uint64_t block = 4096;
    files["size"] =
        std::to_string(context.manifest.total_size() + block * context.manifest.entries.size());
    files["times"] = context::late_times(context.manifest, changes.send) +
                     context::renewed_times(context.manifest, changes.renew);
    auto &list = files["delete"];
    for (const auto &path : changes.remove) {
        list += path;
        list += '\0';
    }
    auto head = docker::tar_files_begin(files);
    auto size = context.manifest.serialized_size();
    append_tar_header(head, {.path = "manifest", .mode = 0644, .size = size});
    std::string tail(tar_padding(size), '\0');
    append_tar_end(tail);
    auto text = std::make_shared<context::ManifestText>(context.manifest);
    return joined({read_from(std::move(head)),
                   [text](char *buffer, std::size_t space) { return text->read(buffer, space); },
                   read_from(std::move(tail))});
}

// Compares what the builder says it holds with the context, while it is said.
class HeldContext {
  public:
    explicit HeldContext(const context::LocalContext &context) : context_(context) {}

    void take(std::string_view part) {
        if (damaged_)
            return; // the reader would begin again with each part
        try {
            if (!comparison_)
                comparison_.emplace(context_.manifest); // which is listed by now
            reader_.feed(part);
        } catch (const Error &) {
            damaged_ = true;
        }
    }
    // What is to be sent; nothing when the builder holds nothing, or it cannot be made out what.
    std::optional<context::Changes> changes(const RemoteReply &reply) {
        try {
            if (comparison_ && reply.manifest_whole && !damaged_) {
                reader_.finish();
                if (any_)
                    return comparison_->finish();
            }
        } catch (const Error &) { // the same as none
        }
        return std::nullopt;
    }

  private:
    const context::LocalContext &context_;
    std::optional<context::Comparison> comparison_;
    bool any_ = false, damaged_ = false;
    context::ManifestReader reader_{[this](const context::Entry &entry) {
        comparison_->next(entry);
        any_ = true;
    }};
};

context::Changes everything(const context::LocalContext &context) {
    return context::Comparison(context.manifest).finish();
}

class StreamTransport : public Transport {
  public:
    SolveResult solve(const docker::Docker &docker, const std::string &container,
                      const SolveRequest &request, progress::Display &display) override {
        BuildPlaces places;
        auto call = remote_call(request, docker, places);
        auto list_files = [&request, &call] {
            if (request.list_files)
                request.list_files();
            call.id = request.context.id();
            return call.id;
        };
        HeldContext held(request.context);
        RemoteInput first;
        first.take_manifest = [&held](std::string_view part) { held.take(part); };
        if (request.context.listed) {
            list_files();
        } else { // docker has enough to do until the script reads it
            call.id = remote_id_comes;
            first.line = list_files;
        }
        auto result =
            run_remote(docker.runner(), docker.exec_command(container, remote_command(call), true),
                       request, call, std::move(first), display);
        if (result.outcome.exited_with(remote_lacks)) {
            if (auto changes = held.changes(result.reply)) {
                call.slot = result.reply.slot;
                call.base = result.reply.base;
                result =
                    synchronise(docker, container, request, call, *std::move(changes), display);
            }
        }
        // Another build uses that slot, or nothing of use is there: a slot of our own.
        if (result.outcome.exited_with(remote_lacks) || result.outcome.exited_with(remote_busy)) {
            call.slot = random_hex(12);
            call.base.clear();
            result =
                synchronise(docker, container, request, call, everything(request.context), display);
        }
        if (knows_no_rawjson(result)) {
            // The context is there by now, in the slot that the first attempt left.
            call.slot.clear();
            call.base.clear();
            use_plain_progress(call);
            result = run_remote(docker.runner(),
                                docker.exec_command(container, remote_command(call), true), request,
                                call, {}, display);
        }
        check_remote(result);
        return result;
    }

  private:
    SolveResult synchronise(const docker::Docker &docker, const std::string &container,
                            const SolveRequest &request, const RemoteCall &call,
                            context::Changes changes, progress::Display &display) {
        auto control = control_archive(request.context, changes);
        context::TreeArchive archive(request.context.directory, request.context.manifest,
                                     std::move(changes.send));
        return run_remote(docker.runner(),
                          docker.exec_command(container, remote_command(call), true), request, call,
                          {.streams = {std::move(control),
                                       [&archive](char *buffer, std::size_t size) {
                                           return archive.read(buffer, size);
                                       }}},
                          display);
    }
};

} // namespace

std::unique_ptr<Transport> make_stream_transport() {
    return std::make_unique<StreamTransport>();
}

} // namespace berth::build
