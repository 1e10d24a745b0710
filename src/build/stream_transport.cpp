// The context in the builder's state volume, kept in step through the standard input of the very
// `docker exec` that builds. A build whose context the builder holds already is one command.
#include "berth/build/solve_output.hpp"
#include "berth/build/transport.hpp"
#include "berth/docker/arguments.hpp"
#include "berth/util/encoding.hpp"
#include "berth/util/error.hpp"

#include <algorithm>
#include <cstring>
#include <map>
#include <mutex>
#include <utility>

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
std::string control_archive(const LocalContext &context, const Manifest &before,
                            const Changes &changes) {
    std::map<std::string, std::string> files;
    for (const auto &[name, content] : context.dockerfile_files)
        files["d/" + name] = content;
    files["manifest"] = context.manifest.serialize();
    files["times"] = late_times(context.manifest, changes.send) +
                     renewed_times(before, context.manifest, changes.send);
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

// Credentials between the thread that reads what the script asks and the one that writes to it. A
// registry's are looked up once, however often they are asked for.
class Answers {
  public:
    explicit Answers(const SolveRequest &request) : request_(request) {}

    void ask(RemoteReply &reply) {
        for (const auto &[number, host] : std::exchange(reply.asked, {})) {
            if (!request_.credentials ||
                number.find_first_not_of("0123456789") != std::string::npos)
                continue;
            auto [known, fresh] = known_.try_emplace(host);
            if (fresh)
                known->second = request_.credentials(host);
            std::lock_guard lock(mutex_);
            text_ += number + " " + (known->second ? base64_encode(*known->second) : "-") + "\n";
        }
    }
    std::string take() {
        std::lock_guard lock(mutex_);
        return std::exchange(text_, {});
    }

  private:
    const SolveRequest &request_;
    std::map<std::string, std::optional<std::string>> known_;
    std::mutex mutex_;
    std::string text_;
};

const std::string rawjson = "--progress=rawjson", plain = "--progress=plain";

// What buildctl before 0.13 says, before it does anything.
bool knows_no_rawjson(const SolveResult &result) {
    return result.kind == SolveResult::Kind::failed &&
           result.text.starts_with("error: invalid progress mode rawjson");
}

class StreamTransport : public Transport {
  public:
    SolveResult solve(const docker::Docker &docker, const std::string &container,
                      const SolveRequest &request, progress::Display &display) override {
        RemoteCall call{.marker = "berth-" + random_hex(32),
                        .key = request.context_key,
                        .id = request.context.id(),
                        .want_image = request.want_image,
                        .want_provenance = request.want_provenance};
        auto places = places_of(request.context);
        if (!request.memory.empty())
            call.memory = places.memory = memory_folder(call.marker);
        if (request.staged)
            call.staging = places.staging = staging_folder(call.marker);
        call.buildctl = request.arguments(places);
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
        if (knows_no_rawjson(result)) {
            // The context is there by now, in the slot that the first attempt left.
            call.slot.clear();
            call.base.clear();
            std::replace(call.buildctl.begin(), call.buildctl.end(), rawjson, plain);
            result = run(docker, container, request, call, {}, display);
        }
        if (result.outcome.exited_with(remote_no_memory))
            throw Error(
                "failed to build: /dev/shm in the builder is not in memory, and secrets must "
                "not come on its disk",
                ExitCode::builder_unavailable, "recreate the builder without such a mount");
        if (result.outcome.exited_with(remote_unsent))
            throw Error("the build worked, but the builder cannot send its outputs: " + result.text,
                        ExitCode::builder_unavailable,
                        "is its disk full? `berth prune` makes room");
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
        return run(
            docker, container, request, call,
            {read_from(control_archive(request.context, before, changes)),
             [&archive](char *buffer, std::size_t size) { return archive.read(buffer, size); }},
            display);
    }

    SolveResult run(const docker::Docker &docker, const std::string &container,
                    const SolveRequest &request, const RemoteCall &call,
                    std::vector<FramedInput::Read> streams, progress::Display &display) {
        SolveResult result;
        result.reply.copies = request.copies;
        if (!call.memory.empty())
            streams.insert(streams.begin(), read_from(request.memory));
        FramedInput input(std::move(streams));
        Answers answers(request);
        result.command = docker.exec_command(container, remote_command(call), true);
        bool log_as_text =
            std::find(call.buildctl.begin(), call.buildctl.end(), plain) != call.buildctl.end();
        SolveOutput output(display, call.marker, result.reply, log_as_text);
        result.outcome = docker.runner().run(
            result.command,
            {.input = [&input](char *buffer, std::size_t size) { return input.read(buffer, size); },
             .hold_input_open = true,
             .release_input = request.over,
             .later_input = request.credentials ? [&answers] { return answers.take(); }
                                                : std::function<std::string()>(),
             .on_output = request.on_output ? request.on_output : [](std::string_view) {},
             .on_error =
                 [&](std::string_view bytes) {
                     output.take(bytes);
                     answers.ask(result.reply);
                 }});
        output.finish();
        result.text = output.text();
        result.emulation = output.emulation();
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
