// SPDX-License-Identifier: Apache-2.0
#include "berth/job/build_inputs.hpp"

#include "berth/builder/driver_options.hpp"
#include "berth/job/attestations.hpp"
#include "berth/job/cache_credentials.hpp"
#include "berth/job/context_source.hpp"
#include "berth/job/engine_images.hpp"
#include "berth/job/output_target.hpp"
#include "berth/job/policy.hpp"
#include "berth/job/source_policy.hpp"

#include <filesystem>
#include <future>

namespace berth::job {

namespace {

std::vector<Output> wanted_outputs(const BuildSetting &setting, const BuildOptions &options,
                                   image::ImageStore &image_store) {
    std::vector<Output> outputs;
    if (options.call.empty())
        outputs = read_outputs(options,
                               builder::loads_by_default(setting.node) && !setting.no_default_load);
    plan_engine_images(options, outputs, [&](const Output &output) {
        if (output.attribute("context").empty())
            return image_store.is_containerd();
        auto engine = engine_of(output, setting.engine(), setting.environment);
        return image_store_of(engine, setting).is_containerd();
    });
    add_annotations(options.annotations, outputs);
    return outputs;
}

std::future<GitInfo> ask_git(const BuildSetting &setting, const BuildOptions &options,
                             BuildCommons &commons) {
    auto question = git_question(options);
    if (!question)
        return std::async(std::launch::deferred, [] { return GitInfo(); });
    return std::async(std::launch::deferred,
                      [&setting, tree = commons.git_tree(question->context), question = *question] {
                          return git_info(tree.get(), question, setting.environment);
                      });
}

void read_main_context(BuildInputs &inputs, const BuildSetting &setting,
                       const BuildOptions &options) {
    auto in = [&in = setting.in.get()](char *buffer, std::size_t size) {
        return in.read(buffer, size);
    };
    inputs.context = options.dockerfile_inline
                         ? read_context_for(*options.dockerfile_inline, options.context, in)
                         : read_context(options.context, options.file, in);
    // A Dockerfile from standard input or an address has no directory to hold a policy.
    if (policies_disabled(options.policies))
        return;
    check_no_default_policy(setting.environment);
    if (!inputs.context.dockerfile_directory.empty())
        check_no_policy(inputs.context.dockerfile_directory, inputs.context.file_name);
}

// Whether to add provenance by default, like docker buildx. An image for the engine cannot have it.
bool default_provenance(const BuildInputs &inputs, const BuildOptions &options,
                        const Environment &environment) {
    return options.call.empty() && !inputs.incremental_load &&
           !environment.flag("BUILDX_NO_DEFAULT_ATTESTATIONS");
}

} // namespace

BuildInputs read_inputs(const BuildSetting &setting, const BuildOptions &options,
                        BuildCommons &commons) {
    const auto &environment = setting.environment;
    BuildInputs inputs{.tags = options.tags};
    check_options(options);
    policies_disabled(options.policies);
    auto caches = with_credentials(read_cache_options(options), environment);
    inputs.outputs = wanted_outputs(setting, options, commons.image_store());
    inputs.incremental_load = loads_incrementally(inputs.outputs);
    inputs.frontend =
        read_frontend(options, environment, default_provenance(inputs, options, environment));
    inputs.git = ask_git(setting, options, commons);
    read_main_context(inputs, setting, options);
    inputs.ssh = read_ssh_sources(options.ssh, options.context, environment);
    inputs.secrets = read_secrets(options.secrets, environment);
    inputs.named = read_named_contexts(options.build_contexts);
    if (!options.deps_file.empty()) {
        context::list_files(inputs.context);
        for (auto &[name, named] : inputs.named)
            context::list_files(named);
    }
    inputs.caches = solve_caches(caches, inputs.warnings);
    if (!options.source_policy.empty())
        inputs.source_policy = read_source_policy(options.source_policy);
    if (!options.metadata_file.empty() && options.call.empty())
        inputs.provenance = metadata_provenance_mode(environment);
    return inputs;
}

void add_git_info(BuildInputs &inputs) {
    if (!inputs.git.valid())
        return;
    auto info = inputs.git.get();
    inputs.warnings += info.warning;
    for (const auto &[key, value] : info.options)
        inputs.frontend.attributes[key] = value;
}

} // namespace berth::job
