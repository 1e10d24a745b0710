#include "berth/builder/usage.hpp"

#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace berth::builder {

namespace {

using nlohmann::json;

[[noreturn]] void broken(const std::string &what) {
    throw Error("the builder's record of its cache is broken: " + what,
                ExitCode::builder_unavailable);
}

// The fields of one record; what is missing or null is empty.
class Fields {
  public:
    Fields(const json &object, std::size_t number) : object_(object), number_(number) {}

    std::string text(const char *key) const {
        const auto *value = find(key);
        if (value == nullptr)
            return {};
        if (!value->is_string())
            wrong(key, "a text");
        return value->get<std::string>();
    }
    bool flag(const char *key) const {
        const auto *value = find(key);
        if (value != nullptr && !value->is_boolean())
            wrong(key, "true or false");
        return value != nullptr && value->get<bool>();
    }
    std::int64_t number(const char *key) const {
        const auto *value = find(key);
        if (value == nullptr)
            return 0;
        // A number that needs the 64th bit would come out negative.
        if (!value->is_number_integer() ||
            (value->is_number_unsigned() && value->get<std::uint64_t>() > INT64_MAX))
            wrong(key, "a whole number of 64 bits");
        return value->get<std::int64_t>();
    }
    std::optional<Time> time(const char *key) const {
        auto value = text(key);
        if (value.empty() || value.starts_with("0001-01-01T")) // Go's zero time
            return std::nullopt;
        auto time = parse_rfc3339(value);
        if (!time)
            wrong(key, "a time");
        return time;
    }
    std::vector<std::string> texts(const char *key) const {
        const auto *value = find(key);
        std::vector<std::string> result;
        if (value == nullptr)
            return result;
        if (!value->is_array())
            wrong(key, "a list of texts");
        for (const auto &element : *value) {
            if (!element.is_string())
                wrong(key, "a list of texts");
            result.push_back(element.get<std::string>());
        }
        return result;
    }

  private:
    const json *find(const char *key) const {
        auto found = object_.find(key);
        return found == object_.end() || found->is_null() ? nullptr : &*found;
    }
    [[noreturn]] void wrong(const char *key, const char *wanted) const {
        auto value = object_[key].dump(-1, ' ', true, json::error_handler_t::replace);
        broken(fmt::format("record {}: {} is not {}: {}", number_, key, wanted,
                           printable(value.substr(0, 80))));
    }
    const json &object_;
    std::size_t number_; // from 1
};

UsageRecord read_record(const json &object, std::size_t number) {
    if (!object.is_object())
        broken(fmt::format("record {} is no JSON object", number));
    Fields fields(object, number);
    UsageRecord record{.id = fields.text("id"),
                       .is_mutable = fields.flag("mutable"),
                       .in_use = fields.flag("inUse"),
                       .shared = fields.flag("shared"),
                       .size = fields.number("size"),
                       .created = fields.time("createdAt"),
                       .last_used = fields.time("lastUsedAt"),
                       .usage_count = fields.number("usageCount"),
                       .parents = fields.texts("parents"),
                       .description = fields.text("description"),
                       .type = fields.text("recordType")};
    if (record.id.empty())
        broken(fmt::format("record {} has no id", number));
    return record;
}

json parse_json(std::string_view text) {
    auto value = json::parse(text, nullptr, false);
    if (value.is_discarded())
        broken("no JSON: " + printable(text.substr(0, 80)));
    return value;
}

} // namespace

std::string usage_output(const process::Command &command, const process::Outcome &outcome,
                         const std::string &name) {
    if (outcome.ok())
        return outcome.out;
    auto said = trim(outcome.err);
    // buildctl's own error; docker's begin with a capital.
    constexpr std::string_view buildctl = "error: ";
    if (outcome.exited_with(1) && said.starts_with(buildctl))
        throw Error(printable(said.substr(buildctl.size()), true));
    bool down = docker::says_not_found(outcome);
    for (const auto *words : {" is not running", " is paused", " is restarting"})
        down = down || (outcome.exited_with(1) && said.find(words) != std::string_view::npos);
    if (down)
        throw Error(printable(said, true), ExitCode::builder_unavailable,
                    fmt::format("`berth inspect --bootstrap {}` boots the builder", name));
    docker::check(command, outcome);
    return {};
}

std::vector<UsageRecord> parse_usage(std::string_view output) {
    auto list = parse_json(output);
    std::vector<UsageRecord> records;
    if (list.is_null())
        return records;
    if (!list.is_array())
        broken("no list of records");
    records.reserve(list.size());
    for (const auto &object : list)
        records.push_back(read_record(object, records.size() + 1));
    return records;
}

std::vector<UsageRecord> parse_pruned(std::string_view output) {
    std::vector<UsageRecord> records;
    for (const auto &line : split(output, '\n'))
        if (!trim(line).empty())
            records.push_back(read_record(parse_json(line), records.size() + 1));
    return records;
}

} // namespace berth::builder
