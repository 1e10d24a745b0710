#include "berth/build/deliver.hpp"

#include "berth/build/extract.hpp"
#include "berth/build/pulled_sink.hpp"
#include "berth/docker/arguments.hpp"
#include "berth/util/encoding.hpp"
#include "berth/util/error.hpp"
#include "berth/util/file.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <unistd.h>
#include <utility>

namespace berth::build {

namespace {

namespace fs = std::filesystem;

// Written beside its destination and put there at the end.
class FileSink : public Sink {
  public:
    explicit FileSink(fs::path path) : path_(std::move(path)) {
        std::error_code ignored;
        if (fs::is_directory(path_, ignored))
            fail(EISDIR);
        fs::create_directories(path_.parent_path(), ignored); // opening the file says what is wrong
        temporary_ = path_;
        temporary_ += ".tmp-" + random_hex(12);
        file_ = FileDescriptor(
            ::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
        if (!file_)
            fail(errno);
    }
    ~FileSink() override {
        if (file_)
            ::unlink(temporary_.c_str());
    }

    void write(std::string_view bytes) override {
        while (!bytes.empty()) {
            auto count = ::write(file_.get(), bytes.data(), bytes.size());
            if (count < 0 && errno != EINTR)
                fail(errno);
            bytes.remove_prefix(count > 0 ? static_cast<std::size_t>(count) : 0);
        }
    }

    void commit() override {
        if (::rename(temporary_.c_str(), path_.c_str()) != 0)
            fail(errno);
        file_.close();
    }

  private:
    [[noreturn]] void fail(int error) {
        throw Error(fmt::format("cannot write the output to {}: {}", printable(path_.string()),
                                errno_text(error)));
    }

    fs::path path_, temporary_;
    FileDescriptor file_;
};

class StreamSink : public Sink {
  public:
    explicit StreamSink(std::ostream &out) : out_(out) {}
    void write(std::string_view bytes) override {
        out_.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
        if (!out_)
            throw Error("cannot write the output to standard output");
    }
    void commit() override {
        out_.flush();
        write({});
    }

  private:
    std::ostream &out_;
};

} // namespace

docker::Docker engine_of(const Output &output, const docker::Docker &docker) {
    auto context = output.attribute("context");
    return context.empty() ? docker : docker.at(context);
}

std::unique_ptr<Sink> make_sink(const Output &output, const docker::Docker &docker,
                                std::ostream &out, bool out_is_terminal) {
    if (output.to_engine())
        return std::make_unique<PulledSink>(
            [engine = engine_of(output, docker)](const PulledSink::Pull &pull) {
                auto command = engine.load_command();
                docker::check(command, engine.runner().run(command, {.input = pull}));
            });
    if (output.as_folder())
        return std::make_unique<PulledSink>(
            [directory = output.destination](const PulledSink::Pull &pull) {
                // A build that fails exports nothing: then no folder is made.
                char first = 0;
                bool unread = pull(&first, 1) == 1;
                if (unread)
                    extract_tar(
                        [&](char *buffer, std::size_t size) {
                            if (!std::exchange(unread, false))
                                return pull(buffer, size);
                            *buffer = first;
                            return std::size_t{1};
                        },
                        directory);
            });
    if (output.destination == "-") {
        if (out_is_terminal)
            throw usage_error(
                fmt::format("dest file is required for {} exporter. refusing to write to console",
                            output.type),
                "redirect standard output, or write dest=FILE");
        return std::make_unique<StreamSink>(out);
    }
    return std::make_unique<FileSink>(output.destination);
}

Output streamed(const Output &output) {
    auto result = output;
    if (output.as_folder())
        std::erase_if(result.attributes, [](const auto &one) { return one.first == "tar"; });
    if (output.to_engine())
        std::erase_if(result.attributes, [](const auto &one) { return one.first == "context"; });
    result.destination = "-";
    result.as_layout |= result.for_containerd;
    if (result.type == "local")
        result.type = "tar";
    return result;
}

} // namespace berth::build
