// SPDX-License-Identifier: Apache-2.0
// `berth imagetools create`: combines images, and pushes the result under tags in any registries.
#include "berth/args/options.hpp"
#include "berth/builder/platform.hpp"
#include "berth/cli/imagetools_commands.hpp"
#include "berth/progress/display.hpp"
#include "berth/registry/copy.hpp"
#include "berth/util/go_json.hpp"
#include "berth/util/output_file.hpp"
#include "berth/util/strings.hpp"

#include "imagetools_sources.hpp"

#include <fmt/format.h>

#include <memory>
#include <mutex>

namespace berth::cli {

namespace {

using nlohmann::ordered_json;
using registry::Location;

struct ImageCreateOptions {
    CreateArguments arguments;
    std::vector<std::string> annotations, platforms;
    std::string progress = "auto", metadata_file;
    bool dry_run = false, prefer_index = true;
};

void check(const ImageCreateOptions &options) {
    const auto &[sources, files, tags, append] = options.arguments;
    if (sources.empty() && files.empty())
        throw usage_error("no sources specified", "write the reference of an image");
    if (!options.dry_run && tags.empty())
        throw usage_error("can't push with no tags specified, please set --tag or --dry-run");
    if (!options.metadata_file.empty() && !options.dry_run)
        check_output_file(options.metadata_file);
}

// A display for several threads.
class SharedDisplay : public progress::Display {
  public:
    explicit SharedDisplay(std::unique_ptr<progress::Display> display)
        : display_(std::move(display)) {}
    void update(const progress::SolveStatus &status) override {
        std::lock_guard lock(mutex_);
        display_->update(status);
    }
    void finish() override {
        std::lock_guard lock(mutex_);
        display_->finish();
    }
    const std::vector<progress::VertexWarning> &warnings() const override {
        return display_->warnings();
    }

  private:
    std::mutex mutex_;
    std::unique_ptr<progress::Display> display_;
};

SharedDisplay make_display(const Context &context, progress::Mode mode) {
    return SharedDisplay(
        progress::make_display(mode == progress::Mode::none ? progress::Mode::quiet : mode,
                               context.err, context.display_options()));
}

// Copies the content to one repository, and publishes the image under its tags there.
class Pushing {
  public:
    Pushing(Context &context, progress::Display &display, registry::Images &images,
            const registry::Combined &image)
        : context_(context), display_(display), images_(images), image_(image) {}

    void push(const std::string &repository, const std::vector<Location> &tags) {
        progress::Task task(display_, "[internal] pushing " + printable(repository), context_.now);
        std::mutex mutex;
        auto log = [&](const std::string &line) {
            std::lock_guard lock(mutex);
            task.log(line + "\n");
        };
        try {
            registry::Copier copier(images_, tags.front());
            registry::side_by_side(image_.parts.size(), [&](std::size_t i) {
                const auto &part = image_.parts[i];
                auto what = fmt::format("{} from {} to ", part.descriptor.digest,
                                        printable(part.source.text()));
                log("copying " + what + printable(repository));
                named("copy " + what + printable(tags.front().text()),
                      [&] { copier.copy(part.source, part.descriptor); });
            });
            for (const auto &tag : tags) {
                const auto &digest = image_.document.descriptor.digest;
                log(fmt::format("pushing {} to {}", digest, printable(tag.text())));
                named(fmt::format("publish {} to {}", digest, printable(tag.text())),
                      [&] { copier.publish(tag, image_.document); });
            }
            task.done();
        } catch (const std::exception &error) {
            task.fail(error.what());
            throw;
        }
    }

  private:
    template<typename Work>
    static void named(const std::string &what, const Work &work) {
        try {
            work();
        } catch (const Error &error) {
            throw Error(what + ": " + error.what(), error.code(), error.hint());
        }
    }

    Context &context_;
    progress::Display &display_;
    registry::Images &images_;
    const registry::Combined &image_;
};

using TagsByRepository = std::map<std::string, std::vector<Location>>;

TagsByRepository by_repository(const std::vector<Location> &tags) {
    TagsByRepository repositories;
    for (const auto &tag : tags)
        repositories[tag.name()].push_back(tag);
    return repositories;
}

void push_all(Context &context, progress::Mode mode, registry::Images &images,
              const registry::Combined &image, const TagsByRepository &repositories) {
    auto display = make_display(context, mode);
    Pushing pushing(context, display, images, image);
    std::vector<const TagsByRepository::value_type *> list;
    for (const auto &repository : repositories)
        list.push_back(&repository);
    try {
        registry::side_by_side(
            list.size(), [&](std::size_t i) { pushing.push(list[i]->first, list[i]->second); });
    } catch (...) {
        display.finish();
        throw;
    }
    display.finish();
}

void write_metadata(const std::string &file, const registry::Descriptor &descriptor,
                    const TagsByRepository &repositories, const GivenUp &given_up) {
    std::vector<std::string> names;
    for (const auto &[name, tags] : repositories)
        names.push_back(name);
    ordered_json metadata = {{"containerimage.descriptor", registry::descriptor_json(descriptor)},
                             {"image.name", join(names, ",")}};
    write_output_file(file, go_json(metadata, 2), given_up);
}

ExitCode run_imagetools_create(Context &context, ImageCreateOptions options) {
    options.dry_run = options.dry_run || context.runner.dry();
    check(options);
    auto mode = progress::parse_mode(options.progress == "auto"
                                         ? context.environment.get("BUILDKIT_PROGRESS", "auto")
                                         : options.progress);
    registry::CombineOptions combine{
        .annotations = registry::parse_annotations(options.annotations),
        .prefer_index = options.prefer_index,
        .platforms =
            builder::parse_platforms(options.platforms).value_or(std::vector<store::Platform>())};
    auto plan = plan_create(options.arguments);
    registry::Images images(registry_options(context));
    registry::read_sources(images, plan.sources);
    auto image = registry::combine(images, plan.sources, combine);
    if (!combine.annotations.empty() &&
        image.document.descriptor.media_type == registry::media::docker_list)
        context.err << "WARNING: annotations are ignored: all sources have Docker media types, and "
                       "a Docker manifest list cannot hold annotations\n";
    if (options.dry_run) {
        context.out << image.document.bytes << '\n';
        return ExitCode::success;
    }
    auto repositories = by_repository(plan.tags);
    push_all(context, mode, images, image, repositories);
    if (!options.metadata_file.empty())
        write_metadata(options.metadata_file, image.document.descriptor, repositories,
                       context.cancellation.given_up());
    return ExitCode::success;
}

} // namespace

void add_imagetools_create(args::Command &group, Action &action) {
    auto options = std::make_shared<ImageCreateOptions>();
    auto *command = group.add_command("create", "Create an image from source images");
    args::add_repeated(*command, "--annotation", options->annotations,
                       "Annotation of the new image, [TYPE[PLATFORM]:]KEY=VALUE")
        .type("ANNOTATION");
    args::add_switch(*command, "--append", options->arguments.append,
                     "Append the sources to the image of the first tag");
    args::add_switch(*command, "--dry-run", options->dry_run,
                     "Print the new image index instead of pushing it");
    args::add_repeated(*command, "-f,--file", options->arguments.files, "Read a source from a file")
        .type("FILE");
    args::add_value(*command, "--metadata-file", options->metadata_file,
                    "File for the descriptor of the new image")
        .type("FILE");
    args::add_repeated(*command, "-p,--platform", options->platforms,
                       "Platforms of the sources to keep (default: all)")
        .type("PLATFORM");
    args::add_switch(*command, "--prefer-index", options->prefer_index,
                     "Create an index even for a single manifest (default: true)");
    args::add_value(*command, "--progress", options->progress, "How to draw progress")
        .type("auto|none|plain|quiet|rawjson|tty");
    args::add_repeated(*command, "-t,--tag", options->arguments.tags,
                       "Name of the new image, or oci-layout://DIRECTORY[:TAG]")
        .type("TAG");
    command->take_arguments("[SOURCE...]", options->arguments.sources);
    command->callback([&action, options] {
        action = [options](Context &context) { return run_imagetools_create(context, *options); };
    });
}

} // namespace berth::cli
