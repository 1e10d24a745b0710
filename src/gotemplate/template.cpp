// SPDX-License-Identifier: Apache-2.0
#include "berth/gotemplate/template.hpp"

#include "berth/util/strings.hpp"

#include "syntax.hpp"

#include <fmt/format.h>

#include <deque>
#include <utility>

namespace berth::gotemplate {

namespace {

using nlohmann::json;

class Renderer {
  public:
    Renderer(const json &fields, const Template::Options &options)
        : fields_(fields),
          root_(options.dot != nullptr ? *options.dot : fields),
          options_(options) {
        variables_.emplace_back("$", &root_);
    }

    std::string render(const Block &block) {
        walk(block, root_);
        return std::move(out_);
    }

  private:
    void walk(const Block &block, const json &dot) {
        auto scope = variables_.size();
        for (const auto &part : block.parts)
            walk(part, dot);
        variables_.resize(scope);
    }

    void walk(const Part &part, const json &dot) {
        auto scope = variables_.size();
        switch (part.kind) {
        case Part::text:
            out_ += part.literal;
            return;
        case Part::action: {
            const auto &value = evaluate(part.pipelines.front(), dot);
            if (part.variables.empty())
                print_value(out_, value);
            else
                variables_.emplace_back(part.variables.front(), &value);
            return;
        }
        case Part::condition:
        case Part::with:
            walk_choice(part, dot);
            break;
        case Part::range:
            walk_range(part, dot);
            break;
        }
        variables_.resize(scope);
    }

    void walk_choice(const Part &part, const json &dot) {
        for (std::size_t i = 0; i < part.pipelines.size(); ++i) {
            const auto &value = evaluate(part.pipelines[i], dot);
            if (i == 0 && !part.variables.empty())
                variables_.emplace_back(part.variables.front(), &value);
            if (is_true(value))
                return walk(part.blocks[i], part.kind == Part::with ? value : dot);
        }
        if (part.blocks.size() > part.pipelines.size())
            walk(part.blocks.back(), dot);
    }

    void walk_range(const Part &part, const json &dot) {
        const auto &list = evaluate(part.pipelines.front(), dot);
        bool is_struct = list.is_object() && list.contains(struct_mark);
        if (is_struct || (!list.is_array() && !list.is_object() && !list.is_null()))
            throw usage_error(fmt::format("template: there is nothing to range over in a {}, in "
                                          "\"{}\"",
                                          list.type_name(),
                                          printable(part.pipelines.front().source)));
        if (list.empty() && part.blocks.size() > 1)
            return walk(part.blocks[1], dot);
        std::size_t position = 0;
        for (const auto &item : list.items()) {
            auto scope = variables_.size();
            if (part.variables.size() == 2)
                variables_.emplace_back(part.variables[0],
                                        keep(list.is_array() ? json(position) : json(item.key())));
            if (!part.variables.empty())
                variables_.emplace_back(part.variables.back(), &item.value());
            walk(part.blocks[0], item.value());
            variables_.resize(scope);
            ++position;
        }
    }

    const json &evaluate(const Pipeline &pipeline, const json &dot) {
        const json *value = nullptr;
        for (const auto &command : pipeline.commands) {
            if (command.front().kind != Word::function) {
                value = &evaluate(command.front(), dot, pipeline);
                continue;
            }
            Values arguments;
            for (std::size_t i = 1; i < command.size(); ++i)
                arguments.push_back(&evaluate(command[i], dot, pipeline));
            if (value != nullptr)
                arguments.push_back(value);
            value = &apply(command.front().name, arguments, pipeline);
        }
        return *value;
    }

    const json &apply(const std::string &name, const Values &arguments, const Pipeline &pipeline) {
        if (options_.titles && !arguments.empty())
            return *arguments.front();
        if (name == "json" && options_.json && arguments.size() == 1)
            return *keep(options_.json(*arguments.front()));
        try {
            return *keep(call(name, arguments));
        } catch (const Error &error) {
            throw usage_error(
                fmt::format("template: {}, in \"{}\"", error.what(), printable(pipeline.source)),
                error.hint());
        }
    }

    const json &evaluate(const Word &word, const json &dot, const Pipeline &pipeline) {
        const json *value = &dot;
        if (word.kind == Word::literal)
            value = &word.value;
        else if (word.kind == Word::nested)
            value = &evaluate(word.inner.front(), dot);
        else if (word.kind == Word::variable)
            value = &variable(word.name, pipeline);
        else if (word.kind ==
                 Word::function) // a function as an argument is called without arguments
            value = &apply(word.name, {}, pipeline);
        if (value == &root_ && !word.fields.empty())
            value = &fields_;
        bool is_map = false;
        for (const auto &name : word.fields) {
            value = &field(*value, name, is_map, pipeline);
            is_map = options_.maps.contains(name);
        }
        return *value;
    }

    const json &field(const json &value, const std::string &name, bool is_map,
                      const Pipeline &pipeline) {
        if (value.is_object())
            if (auto found = value.find(name); found != value.end())
                return *found;
        if (is_map || (options_.structs && value.is_object() && !value.contains(struct_mark)))
            return nothing_;
        std::vector<std::string> names;
        if (value.is_object())
            for (const auto &item : value.items())
                if (item.key() != struct_mark)
                    names.push_back("." + printable(item.key()));
        throw usage_error(
            fmt::format("template: there is no field .{} in \"{}\"", name,
                        printable(pipeline.source)),
            names.empty()
                ? fmt::format("the value is of type {}, which has no fields", value.type_name())
                : "there are " + join(names, ", "));
    }

    const json &variable(const std::string &name, const Pipeline &pipeline) {
        for (auto at = variables_.rbegin(); at != variables_.rend(); ++at)
            if (at->first == name)
                return *at->second;
        throw usage_error(fmt::format("template: there is no variable {} in \"{}\"", name,
                                      printable(pipeline.source)),
                          "{{$x := …}} or {{range $key, $value := …}} makes one");
    }

    // Computed values keep their address until the end.
    const json *keep(json value) { return &kept_.emplace_back(std::move(value)); }

    const json &fields_, &root_;
    const Template::Options &options_;
    const json nothing_ = nullptr;
    std::vector<std::pair<std::string, const json *>> variables_;
    std::deque<json> kept_;
    std::string out_;
};

void add_fields(const Pipeline &pipeline, std::set<std::string> &names);

void add_fields(const Word &word, std::set<std::string> &names) {
    for (const auto &inner : word.inner)
        add_fields(inner, names);
    names.insert(word.fields.begin(), word.fields.end());
    if (word.fields.empty() && (word.kind == Word::dot || word.name == "$"))
        names.insert("");
}

void add_fields(const Pipeline &pipeline, std::set<std::string> &names) {
    for (const auto &command : pipeline.commands)
        for (const auto &word : command)
            add_fields(word, names);
}

void add_fields(const Block &block, std::set<std::string> &names) {
    for (const auto &part : block.parts) {
        for (const auto &pipeline : part.pipelines)
            add_fields(pipeline, names);
        for (const auto &inner : part.blocks)
            add_fields(inner, names);
    }
}

} // namespace

Template::Template(std::string_view text) : block_(std::make_shared<const Block>(parse(text))) {}

std::string Template::render(const nlohmann::json &fields, const Options &options) const {
    return Renderer(fields, options).render(*block_);
}

std::set<std::string> Template::fields() const {
    std::set<std::string> names;
    add_fields(*block_, names);
    return names;
}

} // namespace berth::gotemplate
