// SPDX-License-Identifier: Apache-2.0
// The common type of several types.
#include "berth/hcl/convert.hpp"

#include <algorithm>
#include <functional>

namespace berth::hcl {
namespace {

using Types = std::span<const Type>;

std::optional<Type> unify_types(Types types, bool safe);

// The common order of the parts; 0 if they disagree.
int combined(const std::vector<int> &orders) {
    const bool first = std::any_of(orders.begin(), orders.end(), [](int o) { return o < 0; });
    const bool second = std::any_of(orders.begin(), orders.end(), [](int o) { return o > 0; });
    return first == second ? 0 : first ? -1 : 1;
}

int compare(const Type &left, const Type &right);

int compare_objects(const Type &left, const Type &right) {
    if (left.attributes().size() != right.attributes().size())
        return 0;
    std::vector<int> orders;
    for (const auto &[name, type] : left.attributes()) {
        const auto other = right.attributes().find(name);
        if (other == right.attributes().end())
            return 0;
        orders.push_back(compare(type, other->second));
    }
    return combined(orders);
}

int compare_tuples(const Type &left, const Type &right) {
    if (left.elements().size() != right.elements().size())
        return 0;
    std::vector<int> orders;
    for (std::size_t i = 0; i < left.elements().size(); ++i)
        orders.push_back(compare(left.elements()[i], right.elements()[i]));
    return combined(orders);
}

// Lists before tuples before sets; other types rank last.
int generality(const Type &type) {
    return type.is_list() ? 3 : type.is_tuple() ? 2 : type.is_set() ? 1 : 0;
}

// Negative: `left` is more general, as far as the types alone show.
int compare(const Type &left, const Type &right) {
    if (left.is_dynamic() || right.is_dynamic())
        return static_cast<int>(left.is_dynamic()) - static_cast<int>(right.is_dynamic());
    if (left.is_primitive() && right.is_primitive())
        return static_cast<int>(right.is_string()) - static_cast<int>(left.is_string());
    if (left.is_collection() && left.kind() == right.kind())
        return compare(left.element(), right.element());
    if (left.is_object() && right.is_object())
        return compare_objects(left, right);
    if (left.is_tuple() && right.is_tuple())
        return compare_tuples(left, right);
    if (left.is_map() && right.is_object())
        return -1;
    if (left.is_object() && right.is_map())
        return 1;
    if (generality(left) > 0 && generality(right) > 0)
        return generality(right) - generality(left);
    return 0;
}

// The most general types first; incomparable ones keep their order.
std::vector<std::size_t> by_preference(Types types) {
    std::vector<std::vector<std::size_t>> behind(types.size());
    std::vector<std::size_t> before(types.size(), 0);
    for (std::size_t i = 0; i < types.size(); ++i)
        for (std::size_t j = i + 1; j < types.size(); ++j) {
            const int order = compare(types[i], types[j]);
            if (order == 0)
                continue;
            behind[order < 0 ? i : j].push_back(order < 0 ? j : i);
            ++before[order < 0 ? j : i];
        }
    std::vector<std::size_t> result;
    for (std::size_t i = 0; i < types.size(); ++i)
        if (before[i] == 0)
            result.push_back(i);
    for (std::size_t next = 0; next < result.size(); ++next)
        for (const std::size_t other : behind[result[next]])
            if (--before[other] == 0)
                result.push_back(other);
    return result;
}

std::vector<Type> without_duplicates(Types types) {
    std::vector<Type> result;
    for (const Type &type : types)
        if (std::find(result.begin(), result.end(), type) == result.end())
            result.push_back(type);
    return result;
}

std::optional<Type> collection_of(const std::optional<Type> &element, Types types, bool safe,
                                  const std::function<Type(const Type &)> &make) {
    if (!element)
        return {};
    const Type result = make(*element);
    const bool possible = std::all_of(types.begin(), types.end(), [&](const Type &type) {
        return type == result || can_convert(type, result, safe);
    });
    return possible ? std::optional(result) : std::nullopt;
}

std::optional<Type> unify_collections(Types types, bool safe,
                                      const std::function<Type(const Type &)> &make) {
    std::vector<Type> elements;
    for (const Type &type : types)
        elements.push_back(type.element());
    return collection_of(unify_types(elements, safe), types, safe, make);
}

std::optional<Type> objects_to_map(Types types, bool safe) {
    std::vector<Type> elements;
    for (const Type &type : types)
        for (const auto &[name, attribute] : type.attributes())
            elements.push_back(attribute);
    return collection_of(unify_types(elements, safe), types, safe, Type::map);
}

std::optional<Type> tuples_to_list(Types types, bool safe) {
    std::vector<Type> elements;
    for (const Type &type : types)
        elements.insert(elements.end(), type.elements().begin(), type.elements().end());
    return collection_of(unify_types(elements, safe), types, safe, Type::list);
}

bool all_convert(Types types, const Type &to, bool safe) {
    return std::all_of(types.begin(), types.end(),
                       [&](const Type &type) { return can_convert(type, to, safe); });
}

bool same_attributes(const Type &left, const Type &right) {
    return left.attributes().size() == right.attributes().size() &&
           std::equal(left.attributes().begin(), left.attributes().end(),
                      right.attributes().begin(),
                      [](const auto &a, const auto &b) { return a.first == b.first; });
}

std::optional<Type> unify_objects(Types types, bool safe) {
    for (const Type &type : types)
        if (!same_attributes(type, types.front()))
            return objects_to_map(types, safe);
    Type::Attributes result;
    for (const auto &[name, first] : types.front().attributes()) {
        std::vector<Type> across;
        for (const Type &type : types)
            across.push_back(type.attributes().at(name));
        const std::optional<Type> attribute = unify_types(across, safe);
        if (!attribute)
            return {};
        result.emplace(name, *attribute);
    }
    const Type object = Type::object(std::move(result));
    return all_convert(types, object, safe) ? std::optional(object) : objects_to_map(types, safe);
}

std::optional<Type> unify_tuples(Types types, bool safe) {
    const std::size_t size = types.front().elements().size();
    for (const Type &type : types)
        if (type.elements().size() != size)
            return tuples_to_list(types, safe);
    std::vector<Type> result;
    for (std::size_t i = 0; i < size; ++i) {
        std::vector<Type> across;
        for (const Type &type : types)
            across.push_back(type.elements()[i]);
        const std::optional<Type> element = unify_types(across, safe);
        if (!element)
            return {};
        result.push_back(*element);
    }
    const Type tuple = Type::tuple(std::move(result));
    return all_convert(types, tuple, safe) ? std::optional(tuple) : tuples_to_list(types, safe);
}

// Lists and tuples, or maps and objects: the structures become collections first.
std::optional<Type> unify_mixed(Types types, bool safe, Type::Kind structure,
                                std::optional<Type> (*collect)(Types, bool)) {
    std::vector<Type> structures;
    std::vector<Type> replaced(types.begin(), types.end());
    for (const Type &type : types)
        if (type.is(structure))
            structures.push_back(type);
    const std::optional<Type> collection = collect(structures, safe);
    if (!collection)
        return {};
    for (Type &type : replaced)
        if (type.is(structure))
            type = *collection;
    const std::optional<Type> result = unify_types(replaced, safe);
    return result && result->kind() == collection->kind() ? result : std::nullopt;
}

// One of the types that all others convert to.
std::optional<Type> one_of(Types types, bool safe) {
    for (const std::size_t index : by_preference(types)) {
        const bool possible = std::all_of(types.begin(), types.end(), [&](const Type &type) {
            return type == types[index] || can_convert(type, types[index], safe);
        });
        if (possible)
            return types[index];
    }
    return {};
}

std::optional<Type> unify_types(Types given, bool safe) {
    const std::vector<Type> types = without_duplicates(given);
    const auto count = [&](Type::Kind kind) {
        return static_cast<std::size_t>(std::count_if(
            types.begin(), types.end(), [&](const Type &type) { return type.is(kind); }));
    };
    if (types.size() <= 1)
        return types.empty() ? std::nullopt : std::optional(types.front());
    const std::size_t open = count(Type::Kind::dynamic);
    const auto all = [&](std::size_t number) {
        return number > 0 && number + open == types.size();
    };
    const std::size_t maps = count(Type::Kind::map);
    const std::size_t lists = count(Type::Kind::list);
    const std::size_t objects = count(Type::Kind::object);
    const std::size_t tuples = count(Type::Kind::tuple);
    const bool same_kind =
        all(maps) || all(lists) || all(count(Type::Kind::set)) || all(objects) || all(tuples);
    if (same_kind && open > 0)
        return Type::dynamic(); // depends on the unknown one
    if (all(maps))
        return unify_collections(types, safe, Type::map);
    if (all(lists))
        return unify_collections(types, safe, Type::list);
    if (all(count(Type::Kind::set)))
        return unify_collections(types, safe, Type::set);
    if (all(objects))
        return unify_objects(types, safe);
    if (all(tuples))
        return unify_tuples(types, safe);
    std::optional<Type> mixed;
    if (maps > 0 && all(maps + objects))
        mixed = unify_mixed(types, safe, Type::Kind::object, objects_to_map);
    else if (lists > 0 && all(lists + tuples))
        mixed = unify_mixed(types, safe, Type::Kind::tuple, tuples_to_list);
    else if (objects > 0 && tuples > 0)
        return {};
    return mixed ? mixed : one_of(types, safe);
}

} // namespace

std::optional<Type> unify(std::span<const Type> types) {
    return unify_types(types, true);
}
std::optional<Type> unify_unsafe(std::span<const Type> types) {
    return unify_types(types, false);
}

} // namespace berth::hcl
