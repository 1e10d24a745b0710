// The context in the builder's state volume, kept in step through the standard input of the very
// `docker exec` that builds. A build whose context the builder holds already is one command.
#include "berth/build/solve_output.hpp"
#include "berth/build/transport.hpp"
#include "berth/docker/arguments.hpp"
#include "berth/util/encoding.hpp"
#include "berth/util/error.hpp"

#include <algorithm>
#include <cstring>

namespace berth::build {

namespace {

constexpr std::size_t chunk_size = 4u << 20;

// One stream after the other, each cut into the chunks that the script reads.
class FramedInput {
  public:
    using Read = std::function<std::size_t(char *, std::size_t)>;
    explicit FramedInput(std::vector<Read> streams) : streams_(std::move(streams)) {}

    std::size_t read(char *buffer, std::size_t size) {
        if (offset_ == pending_.size() && !refill())
            return 0;
        auto count = std::min(size, pending_.size() - offset_);
        std::memcpy(buffer, pending_.data() + offset_, count);
        offset_ += count;
        return count;
    }

  private:
    bool refill() {
        if (current_ == streams_.size())
            return false;
        std::size_t filled = 0;
        while (filled < chunk_size) {
            auto count = streams_[current_](chunk_.data() + filled, chunk_size - filled);
            if (count == 0)
                break;
            filled += count;
        }
        offset_ = 0;
        pending_ = frame_header(filled);
        pending_.append(chunk_, 0, filled);
        if (filled == 0)
            ++current_; // its end is the empty chunk
        return true;
    }

    std::vector<Read> streams_;
    std::size_t current_ = 0, offset_ = 0;
    std::string pending_, chunk_ = std::string(chunk_size, '\0');
};

FramedInput::Read read_from(std::string text) {
    return [text = std::move(text), at = std::size_t{0}](char *buffer, std::size_t size) mutable {
        auto count = std::min(size, text.size() - at);
        std::memcpy(buffer, text.data() + at, count);
        at += count;
        return count;
    };
}

// The Dockerfile, the manifest, the list of what goes and late times, as the slot wants them.
std::string control_archive(const LocalContext &context, const Changes &changes) {
    std::map<std::string, std::string> files;
    for (const auto &[name, content] : context.dockerfile_files)
        files["d/" + name] = content;
    files["manifest"] = context.manifest.serialize();
    files["times"] = late_times(context.manifest, changes.send);
    auto &list = files["delete"];
    for (const auto &path : changes.remove) {
        list += path;
        list += '\0';
    }
    return docker::tar_files(files);
}

// Where the context lies, seen from its slot.
BuildPlaces places_of(const LocalContext &context) {
    BuildPlaces places{.context = "c", .dockerfile_directory = "d", .file_name = context.file_name};
    if (context.kind != LocalContext::Kind::directory && context.dockerfile_files.empty())
        places.dockerfile_directory.clear();
    places.url = context.url;
    return places;
}

// What the builder says it holds; nothing when it cannot be made out.
Manifest held_manifest(const RemoteReply &reply) {
    try {
        return Manifest::parse(reply.manifest);
    } catch (const Error &) {
        return {};
    }
}

class StreamTransport : public Transport {
  public:
    SolveResult solve(const docker::Docker &docker, const std::string &container,
                      const SolveRequest &request, progress::Display &display) override {
        RemoteCall call{.marker = "berth-" + random_hex(32),
                        .key = request.context_key,
                        .id = request.context.id(),
                        .want_image = request.want_image,
                        .buildctl = request.arguments(places_of(request.context))};
        auto result = run(docker, container, request, call, {}, display);
        if (result.outcome.exited_with(remote_lacks)) {
            auto before = held_manifest(result.reply);
            if (!before.entries.empty()) {
                call.slot = result.reply.slot;
                call.base = result.reply.base;
                result = synchronise(docker, container, request, call, before, display);
            }
        }
        // Another build uses that slot, or nothing of use is there: a slot of our own.
        if (result.outcome.exited_with(remote_lacks) || result.outcome.exited_with(remote_busy)) {
            call.slot = random_hex(12);
            call.base.clear();
            result = synchronise(docker, container, request, call, {}, display);
        }
        if (result.outcome.exited_with(remote_unusable))
            throw Error("the builder cannot store the build context: " + result.text,
                        ExitCode::builder_unavailable,
                        "is its disk full? `berth prune` or `berth rm` make room");
        return result;
    }

  private:
    SolveResult synchronise(const docker::Docker &docker, const std::string &container,
                            const SolveRequest &request, const RemoteCall &call,
                            const Manifest &before, progress::Display &display) {
        auto changes = compare(before, request.context.manifest);
        TreeArchive archive(request.context.directory, request.context.manifest, changes.send);
        FramedInput input(
            {read_from(control_archive(request.context, changes)),
             [&archive](char *buffer, std::size_t size) { return archive.read(buffer, size); }});
        return run(
            docker, container, request, call,
            [&input](char *buffer, std::size_t size) { return input.read(buffer, size); }, display);
    }

    SolveResult run(const docker::Docker &docker, const std::string &container,
                    const SolveRequest &request, const RemoteCall &call, FramedInput::Read input,
                    progress::Display &display) {
        SolveResult result;
        result.command = docker.exec_command(container, remote_command(call), true);
        SolveOutput output(display, call.marker, result.reply);
        result.outcome = docker.runner().run(
            result.command,
            {.input = std::move(input),
             .hold_input_open = true,
             .release_input = request.over,
             .on_output = request.on_output ? request.on_output : [](std::string_view) {},
             .on_error = [&output](std::string_view bytes) { output.take(bytes); }});
        output.finish();
        result.text = output.text();
        using Kind = SolveResult::Kind;
        result.kind = result.outcome.ok()                                        ? Kind::done
                      : result.outcome.kind == process::Outcome::Kind::cancelled ? Kind::cancelled
                      : result.reply.started                                     ? Kind::failed
                                                                                 : Kind::no_builder;
        if (result.kind == Kind::no_builder)
            result.outcome.err = result.text;
        return result;
    }
};

} // namespace

std::unique_ptr<Transport> make_stream_transport() {
    return std::make_unique<StreamTransport>();
}

} // namespace berth::build
