#include "berth/build/build_inputs.hpp"

#include "berth/build/arguments.hpp"
#include "berth/build/attestations.hpp"
#include "berth/build/cache_credentials.hpp"
#include "berth/build/context_source.hpp"
#include "berth/build/deliver.hpp"
#include "berth/build/engine_images.hpp"
#include "berth/build/flag_values.hpp"
#include "berth/build/policy.hpp"
#include "berth/builder/driver_options.hpp"
#include "berth/util/file.hpp"

#include <filesystem>
#include <future>
#include <iterator>
#include <system_error>

namespace berth::build {

namespace {

constexpr const char *source_policy_file = "source-policy.json";

std::vector<Output> wanted_outputs(const BuildSetting &setting, const BuildOptions &options,
                                   image::ImageStore &image_store) {
    auto driver =
        builder::read_driver_options(setting.node.driver_options.value_or(builder::OptionMap()));
    std::vector<Output> outputs;
    if (options.call.empty())
        outputs = read_outputs(options, driver.default_load && !setting.no_default_load);
    plan_engine_images(options, outputs, [&](const Output &output) {
        if (output.attribute("context").empty())
            return image_store.is_containerd();
        auto engine = engine_of(output, setting.docker);
        return image_store_of(engine, setting).is_containerd();
    });
    add_annotations(options.annotations, outputs);
    return outputs;
}

std::future<GitInfo> ask_git(const BuildSetting &setting, const BuildOptions &options) {
    auto question = git_question(options);
    if (!question)
        return std::async(std::launch::deferred, [] { return GitInfo(); });
    return std::async(std::launch::async, [&setting, question = *std::move(question)] {
        return read_git_info(setting.docker.runner(), question, setting.environment);
    });
}

// A folder that the engine read by itself last time is not walked through here.
void read_main_context(BuildInputs &inputs, const BuildSetting &setting,
                       const BuildOptions &options, const std::string &container) {
    std::error_code error;
    auto place = std::filesystem::canonical(options.context, error);
    if (!error)
        inputs.choice.emplace(setting.cache / "contexts", container,
                              context::context_key(setting.client_id, place.string()),
                              setting.environment.get("BERTH_TRANSPORT"));
    bool list = !inputs.choice || inputs.choice->needs_list() || !options.deps_file.empty() ||
                setting.docker.runner().dry();
    inputs.context = read_context(options.context, options.file, setting.in, list);
    // A Dockerfile from standard input or an address has no directory to hold a policy.
    if (!policies_disabled(options.policies) && !inputs.context.dockerfile_directory.empty())
        check_no_policy(inputs.context.dockerfile_directory, inputs.context.file_name);
}

// Provenance by default, as docker buildx asks for it. An image for the engine cannot have it.
bool attests(const BuildInputs &inputs, const BuildOptions &options,
             const Environment &environment) {
    return options.call.empty() && !inputs.plan.incremental_load &&
           !environment.flag("BUILDX_NO_DEFAULT_ATTESTATIONS");
}

std::map<std::string, std::string> folders_of(const BuildPlaces &places) {
    std::map<std::string, std::string> folders;
    for (const auto &[name, place] : places.named)
        folders[name] = place.folder;
    return folders;
}

} // namespace

image::ImageStore image_store_of(const docker::Docker &engine, const BuildSetting &setting) {
    return {engine, setting.cache / "stores",
            setting.environment.get("DOCKER_HOST") + "\n" +
                setting.environment.get("DOCKER_CONTEXT")};
}

BuildInputs read_inputs(const BuildSetting &setting, const BuildOptions &options,
                        const std::string &container, image::ImageStore &image_store) {
    BuildInputs inputs;
    check_options(options);
    policies_disabled(options.policies);
    auto caches = take_cache_credentials(read_cache_options(options), setting.environment);
    inputs.caches = std::move(caches.caches);
    inputs.cache_variables = std::move(caches.variables);
    inputs.warnings += caches.warnings;
    inputs.plan = plan_outputs(wanted_outputs(setting, options, image_store), inputs.caches);
    auto git = ask_git(setting, options); // while the context is read
    read_main_context(inputs, setting, options, container);
    inputs.ssh = read_ssh_sources(options.ssh, options.context, setting.environment);
    inputs.secrets = read_secrets(options.secrets, inputs.ssh, setting.environment);
    inputs.named = read_named_contexts(options.build_contexts);
    inputs.git = git.get();
    inputs.warnings += inputs.git.warning;
    inputs.cache_folders = read_cache_folders(inputs.caches, inputs.warnings);
    if (!options.metadata_file.empty() && options.call.empty())
        inputs.provenance = metadata_provenance_mode(setting.environment);
    return inputs;
}

std::vector<std::string> frontend_arguments(const BuildInputs &inputs, const BuildOptions &options,
                                            const Environment &environment,
                                            const BuildPlaces &places) {
    auto words =
        build_arguments(options, places, environment, attests(inputs, options, environment));
    for (const auto &[key, value] : inputs.git.options)
        words.insert(words.end(), {"--opt", key + "=" + value});
    return words;
}

std::vector<std::string> buildctl_arguments(const BuildInputs &inputs, const BuildOptions &options,
                                            const Environment &environment,
                                            const BuildPlaces &places) {
    auto words = frontend_arguments(inputs, options, environment, places);
    auto append = [&words](std::vector<std::string> more) {
        words.insert(words.end(), std::make_move_iterator(more.begin()),
                     std::make_move_iterator(more.end()));
    };
    append(cache_arguments(inputs.caches, {.from = folders_of(places),
                                           .staging = places.staging,
                                           .first = inputs.plan.to_client.size()}));
    append(secret_arguments(inputs.secrets, places.memory));
    if (!options.source_policy.empty())
        append({"--source-policy-file", places.memory + "/" + source_policy_file});
    words.emplace_back("--progress=rawjson");
    append(output_arguments(inputs.plan, options.tags, places.staging));
    return words;
}

std::string memory_files(const BuildInputs &inputs, const BuildOptions &options, bool credentials) {
    std::map<std::string, std::string> files;
    for (std::size_t i = 0; i < inputs.plan.caches.size(); ++i)
        files[output_name(inputs.plan.to_client.size() + i) + ".have"] =
            blobs_of(inputs.plan.caches[i].attribute("dest"));
    if (!inputs.cache_variables.empty())
        files["environment"] = export_script(inputs.cache_variables);
    if (!options.source_policy.empty())
        files[source_policy_file] = read_file(options.source_policy);
    return memory_archive(inputs.secrets, credentials, files);
}

} // namespace berth::build
