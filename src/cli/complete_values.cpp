// SPDX-License-Identifier: Apache-2.0
#include "berth/cli/complete_values.hpp"

#include "berth/builder/driver_options.hpp"
#include "berth/cli/complete_fields.hpp"
#include "berth/job/dockerfile_outline.hpp"
#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include "complete_bake.hpp"

#include <algorithm>
#include <array>
#include <filesystem>

namespace berth::cli {

namespace {

// The input of a completion.
struct Question {
    const std::string &word;
    const args::Line &typed;
    const Environment &environment;
};

void offer(Completion &completion, const Question &question, std::string value,
           std::string description = {}) {
    if (value.starts_with(question.word))
        completion.candidates.push_back({std::move(value), std::move(description)});
}

// Adds no space if all candidates continue (`KEY=`).
void no_space_behind_keys(Completion &completion) {
    auto goes_on = [](const Candidate &one) {
        return one.value.ends_with('=') || one.value.ends_with('.') || one.value.ends_with('/');
    };
    if (!completion.candidates.empty() &&
        std::all_of(completion.candidates.begin(), completion.candidates.end(), goes_on))
        completion.directive |= Directive::no_space;
}

// Docker's grammar. The file of a context may contain any name.
bool is_context_name(const std::string &name) {
    return name.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
                                  "_.+-") == std::string::npos &&
           !name.starts_with('-');
}

// Builders of the store, then docker contexts, each once. A broken store has none.
Completion builders(const Question &question) {
    Completion completion;
    try {
        for (const auto &record :
             store::Store(store::default_directory(question.environment)).list())
            offer(completion, question, record.name,
                  record.nodes.empty() ? record.driver
                                       : record.driver + " on " + record.nodes.front().endpoint);
    } catch (const Error &) {
        completion.candidates.clear();
    }
    for (const auto &context : store::DockerContexts(question.environment).list())
        if (is_context_name(context.name))
            offer(completion, question, context.name, "docker context " + context.host);
    return completion;
}

Completion docker_contexts(const Question &question) {
    Completion completion;
    for (const auto &context : store::DockerContexts(question.environment).list())
        if (is_context_name(context.name))
            offer(completion, question, context.name,
                  context.description.empty() ? context.host : context.description);
    for (const auto *scheme : {"unix://", "ssh://", "tcp://"})
        if (!question.word.empty() && std::string(scheme).starts_with(question.word)) {
            offer(completion, question, scheme, "engine at an address");
            completion.directive |= Directive::no_space;
        }
    return completion;
}

Completion platforms(const Question &question) {
    constexpr std::array<std::array<const char *, 2>, 10> known = {{
        {"linux/amd64", "64-bit x86"},
        {"linux/arm64", "64-bit ARM"},
        {"linux/arm/v7", "32-bit ARM"},
        {"linux/arm/v6", "32-bit ARM, older boards"},
        {"linux/386", "32-bit x86"},
        {"linux/riscv64", "64-bit RISC-V"},
        {"linux/ppc64le", "POWER, little-endian"},
        {"linux/s390x", "IBM Z"},
        {"linux/loong64", "LoongArch"},
        {"linux/amd64/v2", "64-bit x86 with SSE4"},
    }};
    Completion completion;
    // linux/amd64,linux/a…
    auto comma = question.word.rfind(',');
    auto before = comma == std::string::npos ? "" : question.word.substr(0, comma + 1);
    for (const auto &[name, description] : known)
        if (("," + before).find("," + std::string(name) + ",") == std::string::npos)
            offer(completion, question, before + name, description);
    return completion;
}

// The outline of the Dockerfile that the arguments before the cursor name.
job::DockerfileOutline dockerfile(const Question &question) {
    std::filesystem::path file = question.typed.value("file");
    if (file.empty())
        file = std::filesystem::path(
                   question.typed.arguments.empty() ? "." : question.typed.arguments.front()) /
               "Dockerfile";
    return job::outline_of(file);
}

Completion stages(const Question &question) {
    Completion completion;
    for (const auto &stage : dockerfile(question).stages)
        offer(completion, question, stage.name, "FROM " + stage.base);
    return completion;
}

Completion build_arguments(const Question &question) {
    Completion completion;
    for (const auto &argument : dockerfile(question).arguments)
        offer(completion, question, argument.name + "=",
              argument.value.empty() ? "" : "default: " + argument.value);
    no_space_behind_keys(completion);
    return completion;
}

Completion directories(const Question &) {
    return {.directive = Directive::folders_alone};
}

Completion files(const Question &) {
    return {.directive = 0};
}

// NAME=…, followed by a directory or an address.
Completion named_contexts(const Question &question) {
    Completion completion;
    auto equals = question.word.find('=');
    if (equals == std::string::npos) {
        for (const auto &stage : dockerfile(question).stages)
            offer(completion, question, stage.name + "=", "replaces this stage");
        no_space_behind_keys(completion);
        return completion;
    }
    auto prefix = question.word.substr(0, equals + 1);
    offer(completion, question, prefix + "docker-image://", "image");
    for (auto &candidate : files_like(question.word.substr(equals + 1), prefix))
        if (candidate.value.ends_with('/'))
            completion.candidates.push_back(std::move(candidate));
    no_space_behind_keys(completion);
    return completion;
}

// `image=…,memory=…`: several options in one word.
Completion driver_options(const Question &question) {
    std::vector<Field> fields;
    if (question.typed.value("driver") == "remote") {
        fields = {{"cacert", "CA certificate of BuildKit", "FILE"},
                  {"cert", "client certificate", "FILE"},
                  {"key", "client key", "FILE"},
                  {"servername", "name in BuildKit's certificate", "HOST"},
                  {"default-load", "load images by default, without --load", "true|false"}};
        return complete_fields(question.word, {{"", "", fields}});
    }
    for (const auto &option : builder::driver_options())
        fields.push_back({option.name, option.description, option.values});
    return complete_fields(question.word, {{"", "", fields}});
}

Completion variables(const Question &question) {
    Completion completion;
    for (const auto &[name, value] : question.environment.all())
        if (name.find_first_not_of(
                "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_") ==
            std::string::npos)
            offer(completion, question, name + "=");
    no_space_behind_keys(completion);
    return completion;
}

Completion entitlements(const Question &question) {
    Completion completion;
    offer(completion, question, "network.host", "RUN --network=host");
    offer(completion, question, "security.insecure", "RUN --security=insecure");
    offer(completion, question, "device", "RUN --device");
    return completion;
}

Completion ssh_keys(const Question &question) {
    Completion completion;
    auto equals = question.word.find('=');
    if (equals == std::string::npos) {
        offer(completion, question, "default=", "followed by a key file");
        no_space_behind_keys(completion);
    } else {
        completion.candidates =
            files_like(question.word.substr(equals + 1), question.word.substr(0, equals + 1));
        no_space_behind_keys(completion);
    }
    return completion;
}

Completion usage_filters(const Question &question) {
    Completion completion;
    offer(completion, question, "id=", "records whose ID contains this");
    offer(completion, question, "description~=", "records whose description contains this");
    offer(completion, question, "parents=", "records with this parent");
    offer(completion, question, "until=", "not used for this time, for example 24h");
    for (const auto *type : {"regular", "source.local", "source.git.checkout", "exec.cachemount",
                             "frontend", "internal"})
        offer(completion, question, std::string("type=") + type, "records of this type");
    no_space_behind_keys(completion);
    return completion;
}

// Candidates from a definition of `berth bake`.
template<auto Find>
Completion of_definition(const Question &question) {
    Completion completion;
    for (auto &candidate : Find(question.typed, question.environment))
        offer(completion, question, candidate.value, candidate.description);
    no_space_behind_keys(completion);
    return completion;
}

Completion history_filters(const Question &question) {
    Completion completion;
    for (const auto *status : {"completed", "error", "canceled", "running"})
        offer(completion, question, std::string("status=") + status);
    offer(completion, question, "repository=", "builds of this repository");
    offer(completion, question, "ref=", "builds with this in their reference");
    for (const auto *operation : {">=", "<="}) {
        offer(completion, question, std::string("startedAt") + operation, "an age: 24h");
        offer(completion, question, std::string("completedAt") + operation, "an age: 24h");
        offer(completion, question, std::string("duration") + operation, "a time: 5m");
    }
    no_space_behind_keys(completion);
    return completion;
}

// The builds recorded on this machine, newest first, without querying BuildKit.
Completion references(const Question &question) {
    Completion completion;
    completion.directive |= Directive::keep_order;
    store::Store store(store::default_directory(question.environment));
    auto builder = question.typed.value("builder");
    if (builder.empty())
        builder = question.environment.get("BUILDX_BUILDER");
    if (builder.empty())
        builder = store.current(store::DockerContexts(question.environment).current_endpoint());
    for (const auto &[ref, noted] : store.newest_refs(builder))
        offer(completion, question, ref, noted.local_path);
    return completion;
}

struct Kind {
    std::string_view type; // as help shows it
    Completion (*complete)(const Question &);
};
constexpr std::array kinds = {
    Kind{"ARG=VALUE", build_arguments},
    Kind{"ATTESTATION",
         [](const Question &question) {
             return complete_fields(question.word, attestation_forms());
         }},
    Kind{"BUILDER", builders},
    Kind{"CACHE-SOURCE",
         [](const Question &question) {
             return complete_fields(question.word, cache_forms(false));
         }},
    Kind{
        "CACHE-TARGET",
        [](const Question &question) { return complete_fields(question.word, cache_forms(true)); }},
    Kind{"CONTEXT|ENDPOINT", docker_contexts},
    Kind{"ENTITLEMENT", entitlements},
    Kind{"FILE", files},
    Kind{"FILTER", usage_filters},
    Kind{"DIRECTORY", directories},
    Kind{"HISTORY-FILTER", history_filters},
    Kind{"NAME=CONTEXT", named_contexts},
    Kind{"NAME=VALUE", variables},
    Kind{"OPTION=VALUE", driver_options},
    Kind{"OUTPUT",
         [](const Question &question) { return complete_fields(question.word, output_forms()); }},
    Kind{"PATH", directories},
    Kind{"PATTERNKEY=VALUE", of_definition<bake_overrides>},
    Kind{"PLATFORM", platforms},
    Kind{"REF", references},
    Kind{"REF DIGEST", references},
    Kind{"SECRET",
         [](const Question &question) { return complete_fields(question.word, secret_forms()); }},
    Kind{"STAGE", stages},
    Kind{"TARGET", of_definition<bake_targets>},
    Kind{"VARIABLE=VALUE", of_definition<bake_variables>},
    Kind{"default|ID=SOCKET|ID=KEY", ssh_keys},
};

// `auto|plain|TEMPLATE`: the words in small letters; of `generator=IMAGE` what is before the value.
Completion choices(const std::string &type, const Question &question) {
    Completion completion;
    completion.directive |= Directive::keep_order;
    for (auto choice : split(type, '|')) {
        if (auto equals = choice.find('=');
            equals != std::string::npos && equals + 1 < choice.size() &&
            std::isupper(static_cast<unsigned char>(choice[equals + 1])) != 0)
            choice.resize(equals + 1);
        if (!choice.empty() && std::islower(static_cast<unsigned char>(choice.front())) != 0)
            offer(completion, question, choice);
    }
    no_space_behind_keys(completion);
    return completion;
}

} // namespace

Completion complete_value(const std::string &type, const std::string &word, const args::Line &typed,
                          const Environment &environment) {
    Question question{.word = word, .typed = typed, .environment = environment};
    // "[BUILDER...]" is BUILDER.
    auto name = type;
    std::erase_if(name, [](char c) { return c == '[' || c == ']' || c == '.'; });
    const auto *kind = std::find_if(kinds.begin(), kinds.end(),
                                    [&](const Kind &candidate) { return candidate.type == name; });
    return kind != kinds.end() ? kind->complete(question) : choices(type, question);
}

} // namespace berth::cli
