// The context in a container beside the builder that binds the client's folder.
#include "berth/build/transport.hpp"
#include "berth/docker/arguments.hpp"
#include "berth/util/file.hpp"
#include "berth/util/strings.hpp"

#include "remote_run.hpp"

#include <fmt/format.h>

#include <map>
#include <sys/stat.h>

namespace berth::build {

namespace {

// At about these sizes bringing the files takes as much longer as a container takes to start, ten
// times over: small contexts are better off with the slot, where an unchanged one costs nothing.
constexpr std::size_t many_files = 30000;
constexpr std::uint64_t many_bytes = std::uint64_t{256} << 20;

// Exit codes of `docker run` itself: refused, command not runnable, not found.
constexpr int docker_codes[] = {125, 126, 127};

class BindTransport : public Transport {
  public:
    BindTransport(std::string image, std::function<void(bool)> note)
        : image_(std::move(image)), note_(std::move(note)), stream_(make_stream_transport()) {}

    SolveResult solve(const docker::Docker &docker, const std::string &container,
                      const SolveRequest &request, progress::Display &display) override {
        if (auto identity = folder_identity(request.context.directory)) {
            auto result = solve_bound(docker, container, request, *identity, display);
            if (!refused(result)) {
                note_(true);
                check_remote(result);
                return result;
            }
        }
        auto result = stream_->solve(docker, container, request, display);
        if (result.kind != SolveResult::Kind::no_builder)
            note_(false);
        return result;
    }

  private:
    SolveResult solve_bound(const docker::Docker &docker, const std::string &container,
                            const SolveRequest &request, const std::string &identity,
                            progress::Display &display) {
        BuildPlaces places;
        auto call = remote_call(request, docker, places);
        call.bound = identity;
        std::map<std::string, std::string> files;
        for (const auto &[name, content] : request.context.dockerfile_files)
            files["d/" + name] = content;
        auto command = docker.client_command({.builder = container,
                                              .image = image_,
                                              .folder = request.context.directory.string(),
                                              .target = bound_folder},
                                             remote_command(call));
        return run_remote(docker.runner(), command, request, call,
                          {.streams = {read_from(docker::tar_files(files))}}, display);
    }

    // Not a word of buildctl's yet: nothing was done.
    static bool refused(const SolveResult &result) {
        if (result.outcome.exited_with(remote_not_seen) || knows_no_rawjson(result))
            return true;
        if (result.reply.started || result.outcome.kind != process::Outcome::Kind::exited)
            return false;
        for (int code : docker_codes)
            if (result.outcome.code == code)
                return true;
        return false;
    }

    std::string image_;
    std::function<void(bool)> note_;
    std::unique_ptr<Transport> stream_;
};

// The kernel writes a space in a mount point as \040.
std::string as_in_mountinfo(const std::string &path) {
    return replace_all(replace_all(path, "\\", "\\134"), " ", "\\040");
}

} // namespace

bool worth_binding(const context::LocalContext &context) {
    if (!context.listed)
        return scan_reaches(context.directory, context.ignore, context.always, many_files,
                            many_bytes);
    return context.manifest.entries.size() >= many_files ||
           context.manifest.total_size() >= many_bytes;
}

std::optional<std::string> folder_identity(const std::filesystem::path &folder) {
    constexpr std::size_t limit = 16u << 20;
    // docker's --mount takes the path as a field of CSV; and only / has all other mounts inside it.
    if (folder.native().find_first_of(",\"\n\t") != std::string::npos || folder == "/")
        return std::nullopt;
    auto boot = read_file_if_exists("/proc/sys/kernel/random/boot_id", limit);
    auto mounts = read_file_if_exists("/proc/self/mountinfo", limit);
    struct stat status;
    if (!boot || !mounts || ::stat(folder.c_str(), &status) != 0 ||
        mounts->find(" " + as_in_mountinfo(folder.native()) + "/") != std::string::npos)
        return std::nullopt;
    return fmt::format("{} {} {}", trim(*boot), status.st_dev, status.st_ino);
}

std::unique_ptr<Transport> make_bind_transport(std::string image,
                                               std::function<void(bool worked)> note) {
    return std::make_unique<BindTransport>(std::move(image), std::move(note));
}

} // namespace berth::build
