#include "berth/build/secrets.hpp"

#include "berth/util/error.hpp"
#include "berth/util/file.hpp"
#include "berth/util/strings.hpp"
#include "berth/util/tar.hpp"

#include "credential_script.hpp" // made from credential.sh

#include <fmt/format.h>

#include <filesystem>
#include <utility>

namespace berth::build {

namespace {

constexpr std::size_t largest = 500u << 10; // BuildKit's limit

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
                                  "it is file or env");
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
                "keys are type, id, src and env");
        }
    }
    return fields;
}

std::string read_secret_file(const std::string &path) {
    std::error_code error;
    if (!std::filesystem::exists(path, error))
        throw Error(fmt::format("failed to stat {}: no such file or directory", printable(path)),
                    ExitCode::failure, "give the file with src=, or a variable with env=");
    return read_file(path, largest);
}

Secret read_secret(const std::string &text, const Environment &environment) {
    auto fields = read_fields(text);
    if (fields.type == "env" && fields.variable.empty())
        fields.variable = std::exchange(fields.path, {});
    if (fields.id.empty())
        throw usage_error(fmt::format("secret missing ID: '{}'", printable(text)),
                          "write --secret id=ID,src=FILE or id=ID,env=VAR");
    if (fields.id.find_first_of(",\"") != std::string::npos)
        throw usage_error(fmt::format("secret ID '{}' has a comma or quote", printable(fields.id)));
    if (fields.path.empty() && fields.variable.empty())
        (environment.find(fields.id) ? fields.variable : fields.path) = fields.id;
    Secret secret{.id = fields.id,
                  .file = {},
                  .path = fields.variable.empty() ? fields.path : "",
                  .variable = fields.variable};
    secret.content =
        secret.variable.empty() ? read_secret_file(secret.path) : environment.get(secret.variable);
    return secret;
}

Secret read_key(const std::string &id, const std::string &path) {
    Secret key{.id = id, .file = {}, .path = path, .content = read_secret_file(path), .ssh = true};
    if (key.content.find("PRIVATE KEY-----") == std::string::npos)
        throw Error(
            fmt::format("failed to parse {}: no private key in PEM format", printable(path)),
            ExitCode::failure, "name the private key, not the public one");
    return key;
}

void append_file(std::string &archive, const std::string &name, const std::string &content,
                 unsigned mode) {
    append_tar_header(archive, {.path = name, .mode = mode, .size = content.size()});
    archive += content;
    archive.append(tar_padding(content.size()), '\0');
}

} // namespace

std::string Secret::shell_source() const {
    return variable.empty() ? "cat " + shell_quote(path) : "printf %s \"$" + variable + "\"";
}

std::vector<Secret> read_secrets(const std::vector<std::string> &secrets,
                                 const std::vector<SshSource> &ssh,
                                 const Environment &environment) {
    std::vector<Secret> all;
    all.reserve(secrets.size());
    for (const auto &text : secrets)
        all.push_back(read_secret(text, environment));
    for (const auto &source : ssh)
        for (const auto &path : source.keys)
            all.push_back(read_key(source.id, path));
    for (std::size_t i = 0; i < all.size(); ++i)
        all[i].file = fmt::format("secret{}", i);
    return all;
}

std::vector<std::string> secret_arguments(const std::vector<Secret> &secrets,
                                          const std::string &folder) {
    std::vector<std::string> words;
    for (std::size_t i = 0; i < secrets.size(); ++i) {
        const auto &secret = secrets[i];
        auto place = folder + "/" + secret.file;
        if (!secret.ssh) {
            words.insert(words.end(), {"--secret", fmt::format("id={},src={}", secret.id, place)});
        } else if (i > 0 && secrets[i - 1].ssh && secrets[i - 1].id == secret.id) {
            words.back() += "," + place; // several keys of one id
        } else {
            words.insert(words.end(), {"--ssh", secret.id + "=" + place});
        }
    }
    return words;
}

std::string memory_archive(const std::vector<Secret> &secrets, bool credentials,
                           const std::map<std::string, std::string> &files) {
    std::string archive;
    for (const auto &[name, content] : files)
        append_file(archive, name, content, 0600);
    for (const auto &secret : secrets)
        append_file(archive, secret.file, secret.content, 0600);
    if (credentials) {
        append_file(archive, "config.json", R"({"credsStore":"berth"})", 0600);
        append_file(archive, "docker-credential-berth", credential_script, 0700);
    }
    if (!archive.empty())
        append_tar_end(archive);
    return archive;
}

} // namespace berth::build
