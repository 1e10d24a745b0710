// SPDX-License-Identifier: Apache-2.0
#include "join_parts.hpp"

#include "berth/image/oci_index.hpp"
#include "berth/image/tag.hpp"
#include "berth/job/output_target.hpp"
#include "berth/registry/copy.hpp"
#include "berth/util/error.hpp"
#include "berth/util/file.hpp"
#include "berth/util/output_file.hpp"
#include "berth/util/strings.hpp"

#include "layout_archive.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace berth::job {

namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using registry::Location;

registry::ClientOptions client_options(const BuildSetting &setting, const JointOutputs &joint) {
    auto options =
        registry::client_options(setting.docker.runner(), setting.surroundings.cancellation,
                                 setting.environment, setting.surroundings.docker_config,
                                 setting.node.files.value_or(std::map<std::string, std::string>()));
    if (joint.insecure) // docker buildx takes the first name's registry for that of all
        options.settings.hosts[registry::parse_reference(joint.pushed.front()).domain] = {
            .http = true, .insecure = true};
    return options;
}

std::vector<std::string> full_names(const std::vector<std::string> &names) {
    std::vector<std::string> full;
    std::transform(names.begin(), names.end(), std::back_inserter(full), image::full_tag);
    return full;
}

Error of_build(const std::string &step, const std::exception &error) {
    auto what = fmt::format("failed to build: {}: {}", step, error.what());
    const auto *own = dynamic_cast<const Error *>(&error);
    return own ? Error(what, own->code(), own->hint()) : Error(what);
}

class Joining {
  public:
    Joining(const BuildSetting &setting, const JointOutputs &joint,
            const std::vector<BuiltPart> &parts, progress::Display &display)
        : setting_(setting),
          joint_(joint),
          parts_(parts),
          display_(display),
          images_(client_options(setting, joint)),
          layout_(parts.front().layout.parent_path() / "image") {}

    json run() {
        auto metadata = parts_.front().metadata;
        if (!joint_.here.empty())
            in_task("merging image index", [&](progress::Task &task) { write(metadata, task); });
        if (joint_.pushed.empty())
            return metadata;
        in_task("merging manifest list " + printable(join(joint_.pushed, ",")),
                [&](progress::Task &) { push(); });
        if (joint_.only_pushed())
            metadata = {{"containerimage.digest", image_.document.descriptor.digest}};
        return metadata;
    }

  private:
    template<typename Work>
    void in_task(const std::string &name, const Work &work) {
        progress::Task task(display_, name, setting_.surroundings.now);
        try {
            work(task);
        } catch (const std::exception &error) {
            task.fail(error.what());
            throw of_build(name, error);
        }
        task.done();
    }

    registry::Combined combine(std::vector<registry::ImageSource> sources) {
        registry::read_sources(images_, sources);
        return registry::combine(images_, sources,
                                 {.annotations = joint_.annotations, .prefer_index = false});
    }

    // The children of the index are in each repository already, or here.
    void push() {
        std::vector<Location> names;
        for (const auto &name : joint_.pushed)
            names.push_back({.reference = registry::parse_reference(name)});
        if (joint_.here.empty())
            image_ = combine(pushed_parts(names.front()));
        for (const auto &name : names) {
            registry::Copier copier(images_, name);
            if (!joint_.here.empty())
                registry::side_by_side(image_.parts.size(), [&](std::size_t i) {
                    copier.copy(here(), image_.parts[i].descriptor);
                });
            copier.publish(name, image_.document);
        }
    }

    std::vector<registry::ImageSource> pushed_parts(const Location &place) const {
        std::vector<registry::ImageSource> sources;
        for (const auto &part : parts_) {
            auto found = part.metadata.find("containerimage.descriptor");
            if (found == part.metadata.end())
                throw Error("the build succeeded, but the builder did not return an image digest");
            sources.push_back(
                {.location = place,
                 .descriptor = registry::parse_descriptor(*found, "the image of the builder")});
        }
        return sources;
    }

    void write(json &metadata, progress::Task &task) {
        std::vector<registry::ImageSource> sources;
        for (const auto &part : parts_)
            sources.push_back({.location = {.is_layout = true,
                                            .directory = part.layout.string(),
                                            .tag = "latest"}});
        image_ = combine(std::move(sources));
        gather();
        for (const auto &one : joint_.here)
            task.step(one.output.to_engine() ? "importing to docker"
                                             : "writing " + printable(one.output.destination),
                      [&] { write_to(one.output, full_names(one.names)); });
        describe(metadata, image_.document.descriptor);
    }

    // One layout with the blobs of all parts, and the index in the place of theirs.
    void gather() {
        const auto &index = image_.document;
        auto blobs = layout_ / "blobs" / "sha256";
        fs::create_directories(blobs);
        for (const auto &part : parts_) {
            auto own = image::descriptor_digest(
                image::read_oci_index(part.layout).at("manifests").front());
            for (const auto &blob : fs::directory_iterator(part.layout / "blobs" / "sha256"))
                if (blob.path().filename() != image::hex_of(own))
                    fs::rename(blob.path(), blobs / blob.path().filename());
        }
        write_file_atomically(blobs / image::hex_of(index.descriptor.digest), index.bytes, 0644);
    }

    Location here() const { return {.is_layout = true, .directory = layout_.string()}; }

    void write_to(const Output &output, const std::vector<std::string> &names) {
        std::vector<image::OciName> oci_names;
        oci_names.reserve(names.size());
        for (const auto &name : names)
            oci_names.push_back({.value = name, .is_image = true});
        auto descriptor = json(registry::descriptor_json(image_.document.descriptor));
        fs::remove(layout_ / "index.json"); // of another output
        image::put_in_oci_index(layout_, descriptor, oci_names);
        if (output.as_layout_directory()) {
            if (oci_names.empty())
                oci_names.push_back({"latest"});
            copy_layout(output.destination);
            return image::put_in_oci_index(output.destination, descriptor, oci_names);
        }
        auto target = make_target(output, setting_);
        write_layout_archive(layout_, *std::get<session::OpenSink>(target)({}));
    }

    void copy_layout(const std::string &destination) {
        const auto &index = image_.document.descriptor;
        Location to{.is_layout = true, .directory = destination, .digest = index.digest};
        registry::Copier(images_, to).copy(here(), index);
    }

    // As docker buildx does when one node has all platforms.
    void describe(json &metadata, const registry::Descriptor &descriptor) {
        for (const auto &part : parts_)
            for (const auto &[key, value] : part.metadata.items())
                if (key.starts_with("buildx.build.provenance"))
                    metadata[key] = value;
        metadata.erase("containerimage.config.digest");
        metadata["containerimage.digest"] = descriptor.digest;
        metadata["containerimage.descriptor"] = json(registry::descriptor_json(descriptor));
        auto names = full_names(joint_.here.front().names);
        if (!names.empty())
            metadata["image.name"] = join(names, ",");
        else
            metadata.erase("image.name");
    }

    const BuildSetting &setting_;
    const JointOutputs &joint_;
    const std::vector<BuiltPart> &parts_;
    progress::Display &display_;
    registry::Images images_;
    fs::path layout_; // of all parts, when the image comes here
    registry::Combined image_ = {};
};

} // namespace

json join_parts(const BuildSetting &setting, const JointOutputs &joint,
                const std::vector<BuiltPart> &parts, progress::Display &display) {
    return Joining(setting, joint, parts, display).run();
}

void check_joining(const BuildSetting &setting, const JointOutputs &joint) {
    for (const auto &name : joint.pushed)
        registry::parse_reference(name);
    for (const auto &[output, names] : joint.here)
        if (output.as_layout_directory())
            check_output_directory(output.destination);
        else
            make_target(output, setting);
}

std::vector<std::string> describe_joining(const JointOutputs &joint) {
    std::vector<std::string> lines;
    for (const auto &[output, names] : joint.here)
        lines.push_back("# not shown: the parts become one image" +
                        (output.to_engine() ? ", which docker load takes"
                                            : " in " + printable(output.destination)));
    if (joint.pushed.empty())
        return lines;
    std::vector<std::string> argv = {"berth", "imagetools", "create"};
    for (const auto &name : joint.pushed)
        argv.insert(argv.end(), {"--tag", name});
    lines.push_back("# then, with the digest of each part: " + process::to_shell({.argv = argv}) +
                    " DIGEST...");
    return lines;
}

} // namespace berth::job
