// SPDX-License-Identifier: Apache-2.0
// Each table becomes a command line for the flags of `create`, so only flags can be keys.
#include "berth/cli/builders_file.hpp"

#include "berth/args/line.hpp"
#include "berth/util/error.hpp"
#include "berth/util/file.hpp"
#include "berth/util/strings.hpp"
#include "berth/util/toml.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace berth::cli {

namespace {

class BuilderTable {
  public:
    BuilderTable(std::filesystem::path file, std::string name)
        : file_(std::move(file)),
          name_(std::move(name)),
          place_(fmt::format("{}: builder {}", printable(file_.string()), printable(name_))) {}

    CreateOptions read(const toml::table &table) {
        args::Command app("create", "");
        add_create_flags(app, options_);
        for (const auto &option : app.options())
            for (const auto &flag : option->names)
                if (flag.starts_with("--") && flag != "--name")
                    flags_.push_back(flag.substr(2));
        flags_.emplace_back("endpoint");
        for (auto &&[key, value] : table)
            add(std::string(key.str()), value);
        words_.insert(words_.end(), {"--name", name_});
        try {
            auto endpoints = options_.arguments;
            args::store_line(args::read_line(app, words_));
            options_.arguments = std::move(endpoints);
            args::check_arguments(app, options_.arguments);
        } catch (const Error &error) {
            throw usage_error(fmt::format("{}: {}", place_, error.what()));
        }
        return options_;
    }

  private:
    void add(const std::string &key, const toml::node &value) {
        if (std::find(flags_.begin(), flags_.end(), key) == flags_.end()) {
            auto near = nearest(key, flags_);
            throw usage_error(fmt::format("{}: unknown key \"{}\"", place_, printable(key)),
                              near.empty() ? "the keys are the options of `berth create --help`"
                                           : fmt::format("did you mean {}?", near));
        }
        if (const auto *list = value.as_array()) {
            for (const auto &element : *list)
                add_word(key, text(key, element));
        } else if (const auto *table = value.as_table()) {
            add_table(key, *table);
        } else if (const auto *flag = value.as_boolean()) {
            words_.push_back(fmt::format("--{}={}", key, flag->get() ? "true" : "false"));
        } else {
            add_word(key, text(key, value));
        }
    }

    // driver-opt = { memory = "1g" }: a value may contain the separator of two options.
    void add_table(const std::string &key, const toml::table &table) {
        if (key != "driver-opt" && key != "env")
            throw usage_error(fmt::format("{}: {} cannot be a table", place_, key));
        for (auto &&[name, value] : table) {
            auto pair = std::string(name.str()) + "=" + text(key, value);
            if (key == "driver-opt")
                pair = "\"" + replace_all(pair, "\"", "\"\"") + "\"";
            add_word(key, pair);
        }
    }

    std::string text(const std::string &key, const toml::node &value) const {
        if (const auto *string = value.as_string())
            return string->get();
        if (const auto *number = value.as_integer())
            return std::to_string(number->get());
        if (const auto *flag = value.as_boolean())
            return flag->get() ? "true" : "false";
        throw usage_error(fmt::format("{}: the value of {} has the wrong type", place_, key),
                          "write a string, a whole number, true or false");
    }

    void add_word(const std::string &key, const std::string &value) {
        bool is_path = key == "ca" || key == "config" || key == "buildkitd-config";
        auto word = is_path ? (file_.parent_path() / value).string() : value;
        if (key == "endpoint")
            options_.arguments.push_back(word);
        else
            words_.push_back(fmt::format("--{}={}", key, word));
    }

    std::filesystem::path file_;
    std::string name_, place_;
    std::vector<std::string> flags_, words_;
    CreateOptions options_;
};

} // namespace

std::vector<CreateOptions> read_builders_file(const std::filesystem::path &file) {
    auto name = printable(file.string());
    auto text = read_file_if_exists(file, 1u << 20, Special::read);
    if (!text)
        throw usage_error(fmt::format("{}: no such file", name),
                          "-f needs a file with [builder.NAME] tables");
    auto parsed = toml::parse(std::string_view(*text), file.string());
    if (!parsed) {
        const auto &where = parsed.error().source().begin;
        throw usage_error(fmt::format("{}, line {}, column {}: {}", name, where.line, where.column,
                                      printable(parsed.error().description())));
    }
    for (auto &&[key, value] : parsed.table())
        if (key.str() != "builder" || !value.is_table())
            throw usage_error(fmt::format("{}: unknown key \"{}\"", name, printable(key.str())),
                              "write builders as tables, [builder.NAME]");
    std::vector<CreateOptions> builders;
    if (const auto *all = parsed.table()["builder"].as_table())
        for (auto &&[key, value] : *all) {
            const auto *table = value.as_table();
            if (table == nullptr)
                throw usage_error(
                    fmt::format("{}: builder.{} is not a table", name, printable(key.str())),
                    "write builders as tables, [builder.NAME]");
            builders.push_back(BuilderTable(file, std::string(key.str())).read(*table));
        }
    if (builders.empty())
        throw usage_error(fmt::format("{} has no builders", name),
                          "write builders as tables, [builder.NAME]");
    return builders;
}

} // namespace berth::cli
