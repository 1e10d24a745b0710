// SPDX-License-Identifier: Apache-2.0
#include "berth/cli/complete_fields.hpp"

#include "berth/util/strings.hpp"

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace berth::cli {

namespace {

// The whole word up to the field under the cursor, and that field.
struct Split {
    std::string before, field;
    std::vector<std::string> keys; // of the fields before
    std::string type;
};

Split split_word(const std::string &word) {
    Split result;
    auto comma = word.rfind(',');
    if (comma != std::string::npos)
        result.before = word.substr(0, comma + 1);
    result.field = word.substr(result.before.size());
    for (const auto &field : split(result.before, ',')) {
        auto equals = field.find('=');
        result.keys.push_back(field.substr(0, equals));
        if (result.keys.back() == "type" && equals != std::string::npos)
            result.type = field.substr(equals + 1);
    }
    return result;
}

// A word in capitals is the kind of a value, not one of them.
bool is_choice(const std::string &word) {
    return !word.empty() && !(word.front() >= 'A' && word.front() <= 'Z');
}

void complete_field_value(Completion &completion, const Split &typed, const FieldForm &form) {
    auto equals = typed.field.find('=');
    auto key = typed.field.substr(0, equals);
    auto field = std::find_if(form.fields.begin(), form.fields.end(),
                              [&](const Field &candidate) { return candidate.key == key; });
    if (field == form.fields.end())
        return;
    auto prefix = typed.before + key + "=";
    auto value = typed.field.substr(equals + 1);
    if (field->values == "FILE") {
        completion.candidates = files_like(value, prefix);
        completion.directive |= Directive::no_space;
        return;
    }
    for (const auto &choice : split(field->values, '|'))
        if (is_choice(choice) && choice.starts_with(value))
            completion.candidates.push_back({prefix + choice, field->description});
}

void complete_key(Completion &completion, const Split &typed, const FieldForm &form) {
    for (const auto &field : form.fields) {
        bool given = std::find(typed.keys.begin(), typed.keys.end(), field.key) != typed.keys.end();
        if (given || !field.key.starts_with(typed.field))
            continue;
        // `env.` is the beginning of a key.
        auto text = field.key.ends_with('.') ? field.key : field.key + "=";
        completion.candidates.push_back(
            {typed.before + text,
             field.values.empty() ? field.description : field.values + ": " + field.description});
    }
    completion.directive |= Directive::no_space;
}

} // namespace

Completion complete_fields(const std::string &word, const std::vector<FieldForm> &forms) {
    Completion completion;
    auto typed = split_word(word);
    auto form = std::find_if(forms.begin(), forms.end(), [&](const FieldForm &candidate) {
        return candidate.type == typed.type;
    });
    if (form != forms.end()) {
        if (typed.field.find('=') != std::string::npos)
            complete_field_value(completion, typed, *form);
        else
            complete_key(completion, typed, *form);
    }
    if (typed.type.empty())
        for (const auto &candidate : forms)
            if (auto text = "type=" + candidate.type;
                !candidate.type.empty() && text.starts_with(typed.field)) {
                completion.candidates.push_back({typed.before + text, candidate.description});
                completion.directive |= Directive::no_space; // a comma may follow
            }
    return completion;
}

std::vector<Candidate> files_like(const std::string &path, const std::string &prefix) {
    auto slash = path.rfind('/');
    auto directory = slash == std::string::npos ? "" : path.substr(0, slash + 1);
    auto beginning = path.substr(directory.size());
    std::vector<Candidate> found;
    std::error_code error;
    for (std::filesystem::directory_iterator entry(directory.empty() ? "." : directory, error), end;
         !error && entry != end; entry.increment(error)) {
        auto name = entry->path().filename().string();
        if (!name.starts_with(beginning) || (beginning.empty() && name.starts_with('.')))
            continue;
        std::error_code none;
        found.push_back({prefix + directory + name + (entry->is_directory(none) ? "/" : "")});
    }
    std::sort(found.begin(), found.end(), [](const Candidate &left, const Candidate &right) {
        return left.value < right.value;
    });
    return found;
}

} // namespace berth::cli
