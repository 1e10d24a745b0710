// SPDX-License-Identifier: Apache-2.0
#include "berth/job/secrets.hpp"

#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <utility>

namespace berth::job {

namespace {

struct Fields {
    std::string type, id, path, variable;
};

Fields read_fields(const std::string &text) {
    Fields fields;
    for (const auto &field : parse_csv(text)) {
        auto equals = field.find('=');
        if (equals == std::string::npos)
            throw usage_error(
                fmt::format("invalid field '{}' must be a key=value pair", printable(field)),
                "write --secret id=ID,src=FILE or id=ID,env=VAR");
        auto key = lower(field.substr(0, equals));
        auto value = field.substr(equals + 1);
        if (key == "type") {
            if (value != "file" && value != "env")
                throw usage_error(fmt::format("unsupported secret type \"{}\"", printable(value)),
                                  "use file or env");
            fields.type = value;
        } else if (key == "id") {
            fields.id = value;
        } else if (key == "source" || key == "src") {
            fields.path = value;
        } else if (key == "env") {
            fields.variable = value;
        } else {
            throw usage_error(
                fmt::format("unexpected key '{}' in '{}'", printable(key), printable(field)),
                "use type, id, src and env");
        }
    }
    return fields;
}

void check_file(const std::string &path) {
    std::error_code error;
    if (!std::filesystem::exists(path, error))
        throw Error(fmt::format("failed to stat {}: {}", printable(path),
                                error ? lower(error.message()) : "no such file or directory"),
                    ExitCode::failure, "name a file with src=, or a variable with env=");
}

bool commands_need(const std::string &name) {
    constexpr std::array prefixes = {"DOCKER_", "BUILDX_", "BERTH_", "GIT_", "SSH_", "XDG_", "LC_"};
    constexpr std::array names = {"PATH", "HOME", "USER", "LANG", "TMPDIR", "SHELL", "PWD"};
    return lower(name).ends_with("_proxy") ||
           std::any_of(prefixes.begin(), prefixes.end(),
                       [&name](const char *prefix) { return name.starts_with(prefix); }) ||
           std::find(names.begin(), names.end(), name) != names.end();
}

Secret read_secret(const std::string &text, const Environment &environment) {
    auto fields = read_fields(text);
    if (fields.type == "env" && fields.variable.empty())
        fields.variable = std::exchange(fields.path, {});
    if (fields.id.empty())
        throw usage_error(fmt::format("secret missing ID: '{}'", printable(text)),
                          "write --secret id=ID,src=FILE or id=ID,env=VAR");
    if (fields.id.find_first_of(",\"") != std::string::npos)
        throw usage_error(
            fmt::format("secret ID '{}' contains a comma or quote", printable(fields.id)));
    if (fields.path.empty() && fields.variable.empty())
        (environment.find(fields.id) ? fields.variable : fields.path) = fields.id;
    if (fields.variable.empty())
        check_file(fields.path);
    return {.id = fields.id,
            .path = fields.variable.empty() ? fields.path : "",
            .variable = fields.variable};
}

} // namespace

std::string Secret::shell_source() const {
    return variable.empty() ? "cat " + shell_quote(path) : "printf %s \"$" + variable + "\"";
}

std::vector<Secret> read_secrets(const std::vector<std::string> &values,
                                 const Environment &environment) {
    std::vector<Secret> secrets;
    secrets.reserve(values.size());
    for (const auto &text : values)
        secrets.push_back(read_secret(text, environment));
    return secrets;
}

std::vector<std::string> secret_variables(const std::vector<std::string> &secrets,
                                          const std::vector<std::string> &build_args,
                                          const Environment &environment) {
    std::vector<std::string> names;
    for (const auto &text : build_args)
        if (text.find('=') == std::string::npos)
            names.push_back(text);
    for (const auto &text : secrets) {
        try {
            names.push_back(read_secret(text, environment).variable);
        } catch (const Error &) { // the build reports it
        }
    }
    std::erase_if(names,
                  [](const std::string &name) { return name.empty() || commands_need(name); });
    return names;
}

std::map<std::string, session::SecretSource> served_secrets(const std::vector<Secret> &secrets,
                                                            const Environment &environment) {
    std::map<std::string, session::SecretSource> served;
    for (const auto &secret : secrets)
        if (secret.variable.empty())
            served[secret.id] = session::SecretFile{std::filesystem::absolute(secret.path)};
        else
            served[secret.id] = session::SecretValue{environment.get(secret.variable)};
    return served;
}

} // namespace berth::job
