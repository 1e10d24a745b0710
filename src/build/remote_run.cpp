#include "remote_run.hpp"

#include "berth/build/output_with_end.hpp"
#include "berth/build/solve_output.hpp"
#include "berth/util/encoding.hpp"
#include "berth/util/error.hpp"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <map>
#include <mutex>
#include <utility>

namespace berth::build {

namespace {

constexpr std::size_t first_chunk = 64u << 10, largest_chunk = 4u << 20;

// A line, and one stream after the other, each cut into the chunks that the script reads.
class FramedInput {
  public:
    explicit FramedInput(RemoteInput input)
        : line_(std::move(input.line)), streams_(std::move(input.streams)) {}

    std::size_t read(char *buffer, std::size_t size) {
        if (header_at_ == header_.size() && chunk_at_ == filled_ && !refill())
            return 0;
        if (header_at_ < header_.size()) {
            auto count = std::min(size, header_.size() - header_at_);
            std::memcpy(buffer, header_.data() + header_at_, count);
            header_at_ += count;
            return count;
        }
        auto count = std::min(size, filled_ - chunk_at_);
        std::memcpy(buffer, chunk_.data() + chunk_at_, count);
        chunk_at_ += count;
        return count;
    }

  private:
    // The buffer grows with what comes: most streams are short.
    bool refill() {
        filled_ = chunk_at_ = header_at_ = 0;
        header_.clear();
        if (line_) {
            header_ = std::exchange(line_, nullptr)() + "\n";
            return true;
        }
        if (current_ == streams_.size())
            return false;
        while (filled_ < largest_chunk) {
            if (filled_ == chunk_.size())
                chunk_.resize(std::clamp(2 * filled_, first_chunk, largest_chunk));
            auto count = streams_[current_](chunk_.data() + filled_, chunk_.size() - filled_);
            if (count == 0)
                break;
            filled_ += count;
        }
        header_ = frame_header(filled_);
        if (filled_ == 0)
            ++current_; // its end is the empty chunk
        return true;
    }

    std::function<std::string()> line_;
    std::vector<InputStream> streams_;
    std::size_t current_ = 0;
    std::string header_, chunk_; // what is handed out next
    std::size_t header_at_ = 0, chunk_at_ = 0, filled_ = 0;
};

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

} // namespace

bool knows_no_rawjson(const SolveResult &result) {
    return result.kind == SolveResult::Kind::failed &&
           result.text.starts_with("error: invalid progress mode rawjson");
}

void use_plain_progress(RemoteCall &call) {
    std::replace(call.buildctl.begin(), call.buildctl.end(), rawjson, plain);
}

InputStream read_from(std::string text) {
    return [text = std::move(text), at = std::size_t{0}](char *buffer, std::size_t size) mutable {
        auto count = std::min(size, text.size() - at);
        std::memcpy(buffer, text.data() + at, count);
        at += count;
        return count;
    };
}

// Where the context lies, seen from its slot.
BuildPlaces places_of(const context::LocalContext &context) {
    BuildPlaces places{.context = "c", .dockerfile_directory = "d", .file_name = context.file_name};
    if (context.kind != context::LocalContext::Kind::directory && context.dockerfile_files.empty())
        places.dockerfile_directory.clear();
    places.url = context.url;
    return places;
}

RemoteCall remote_call(const SolveRequest &request, const docker::Docker &docker,
                       BuildPlaces &places) {
    // Nobody answers what is pasted; and that nerdctl passes on the end of an input is not known.
    bool waits = !docker.runner().dry() && docker.flavour() != docker::Flavour::nerdctl;
    RemoteCall call{.marker = "berth-" + random_hex(32),
                    .key = request.context_key,
                    .want_image = request.want_image,
                    .want_provenance = request.want_provenance,
                    .want_end = waits,
                    .want_output_end = waits && request.on_output};
    places = places_of(request.context);
    if (!request.memory.empty())
        call.memory = places.memory = memory_folder(call.marker);
    if (request.staged)
        call.staging = places.staging = staging_folder(call.marker);
    call.buildctl = request.arguments(places);
    return call;
}

SolveResult run_remote(process::Runner &runner, const process::Command &command,
                       const SolveRequest &request, const RemoteCall &call, RemoteInput to_send,
                       progress::Display &display) {
    SolveResult result;
    result.reply.copies = request.copies;
    result.reply.take_manifest = std::move(to_send.take_manifest);
    if (!call.memory.empty())
        to_send.streams.insert(to_send.streams.begin(), read_from(request.memory));
    FramedInput input(std::move(to_send));
    Answers answers(request);
    result.command = command;
    bool log_as_text =
        std::find(call.buildctl.begin(), call.buildctl.end(), plain) != call.buildctl.end();
    SolveOutput output(display, call.marker, result.reply, log_as_text);
    OutputWithEnd standard_output(output_end(call.marker),
                                  [&](std::string_view bytes) { request.on_output(bytes); });
    std::atomic<bool> complete{false};
    auto look_for_end = [&] {
        const auto &end = result.reply.end;
        if (end && (*end != 0 || !call.want_output_end || standard_output.reached()))
            complete = true;
    };
    result.outcome = runner.run(
        result.command,
        {.input = [&input](char *buffer, std::size_t size) { return input.read(buffer, size); },
         .hold_input_open = true,
         .release_input = [&] { return complete || (request.over && request.over()); },
         .later_input = request.credentials ? [&answers] { return answers.take(); }
                                            : std::function<std::string()>(),
         .on_output =
             [&](std::string_view bytes) {
                 if (request.on_output)
                     standard_output.take(bytes);
                 look_for_end();
             },
         .on_error =
             [&](std::string_view bytes) {
                 output.take(bytes);
                 answers.ask(result.reply);
                 look_for_end();
             }});
    if (request.on_output)
        standard_output.finish();
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

void check_remote(const SolveResult &result) {
    if (result.outcome.exited_with(remote_no_memory))
        throw Error("failed to build: /dev/shm in the builder is not in memory, and secrets must "
                    "not come on its disk",
                    ExitCode::builder_unavailable, "recreate the builder without such a mount");
    if (result.outcome.exited_with(remote_unsent))
        throw Error("the build worked, but the builder cannot send its outputs: " + result.text,
                    ExitCode::builder_unavailable, "is its disk full? `berth prune` makes room");
    if (result.outcome.exited_with(remote_unusable))
        throw Error("the builder cannot store the build context: " + result.text,
                    ExitCode::builder_unavailable,
                    "is its disk full? `berth prune` or `berth rm` make room");
}

} // namespace berth::build
