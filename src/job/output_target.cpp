// SPDX-License-Identifier: Apache-2.0
#include "berth/job/output_target.hpp"

#include "berth/docker/ssh_sharing.hpp"
#include "berth/job/pulled_sink.hpp"
#include "berth/store/docker_contexts.hpp"
#include "berth/util/error.hpp"
#include "berth/util/output_file.hpp"

#include <fmt/format.h>

namespace berth::job {
namespace {

class FileSink : public session::ByteSink {
  public:
    FileSink(const std::string &path, const GivenUp &given_up) : file_(path, given_up) {}
    void write(std::string_view bytes) override { file_.write(bytes); }
    void finish() override { file_.commit(); }

  private:
    OutputFile file_;
};

class StreamSink : public session::ByteSink {
  public:
    explicit StreamSink(std::ostream &out) : out_(out) {}
    void write(std::string_view bytes) override {
        out_.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
        check();
    }
    void finish() override {
        out_.flush();
        check();
    }

  private:
    void check() {
        if (!out_)
            throw Error("cannot write the output to standard output");
    }
    std::ostream &out_;
};

session::OpenSink load_into(docker::Docker engine) {
    return [engine = std::move(engine)](const auto &) {
        return std::make_unique<PulledSink>([engine](const PulledSink::Pull &pull) {
            auto command = engine.load_command();
            auto outcome = engine.runner().run(command, {.input = pull});
            docker::check(command, outcome);
            if (!engine.says_loaded(outcome))
                docker::fail_unloaded(command);
        });
    };
}

session::OpenSink write_to(std::ostream &out, const std::string &type, bool is_terminal) {
    if (is_terminal)
        throw usage_error(
            fmt::format("dest file is required for {} exporter. refusing to write to console",
                        type),
            "redirect standard output, or write dest=FILE");
    return [&out](const auto &) { return std::make_unique<StreamSink>(out); };
}

} // namespace

docker::Docker engine_of(const Output &output, const docker::Docker &docker,
                         const Environment &environment) {
    auto name = output.attribute("context");
    if (name.empty())
        return docker;
    auto engine = docker.at(name);
    auto context = store::DockerContexts(environment).find(name);
    if (context && context->host.starts_with("ssh://"))
        engine.set_first_on_path(docker::ssh_sharing_directory(environment));
    return engine;
}

bool has_target(const Output &output) {
    return output.to_client() && !output.as_layout_directory();
}

session::OutputTarget make_target(const Output &output, const docker::Docker &engine,
                                  std::ostream &out, bool out_is_terminal,
                                  const GivenUp &given_up) {
    if (output.to_engine())
        return load_into(engine);
    if (output.type == "local") {
        check_output_directory(output.destination);
        return session::OutputDirectory{.path = output.destination,
                                        .remove_others = output.removes_others()};
    }
    if (output.destination == "-")
        return write_to(out, output.type, out_is_terminal);
    check_output_file(output.destination);
    return [path = output.destination, given_up](const auto &) {
        return std::make_unique<FileSink>(path, given_up);
    };
}

session::OutputTarget make_target(const Output &output, const BuildSetting &setting) {
    return make_target(output, engine_of(output, setting.engine(), setting.environment),
                       setting.out, setting.out_is_terminal, setting.given_up());
}

} // namespace berth::job
