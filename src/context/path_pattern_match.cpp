// SPDX-License-Identifier: Apache-2.0
// Matches a path with a compiled pattern: follows all ways through the expression at once, so that
// no pattern causes backtracking.
#include "berth/context/path_pattern.hpp"
#include "berth/util/utf8.hpp"

#include <algorithm>
#include <bit>

namespace berth::context {
namespace {

constexpr char32_t no_character = 0xFFFFFFFF;

bool word_character(char32_t c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
}

// The steps that are reached: nearly every pattern has fewer than 64 ...
class SmallSet {
  public:
    explicit SmallSet(std::size_t) {}
    // Whether it is new.
    bool insert(std::size_t i) {
        auto bit = std::uint64_t{1} << i;
        bool is_new = !(bits_ & bit);
        bits_ |= bit;
        return is_new;
    }
    bool contains(std::size_t i) const { return bits_ >> i & 1; }
    bool empty() const { return bits_ == 0; }
    void clear() { bits_ = 0; }
    template<class Function>
    void for_each(Function function) const {
        for (auto rest = bits_; rest; rest &= rest - 1)
            function(static_cast<std::size_t>(std::countr_zero(rest)));
    }

  private:
    std::uint64_t bits_ = 0;
};

// ... and this one serves the others.
class LargeSet {
  public:
    explicit LargeSet(std::size_t size) : present_(size) {}
    bool insert(std::size_t i) {
        if (present_[i])
            return false;
        present_[i] = true;
        members_.push_back(i);
        return true;
    }
    bool contains(std::size_t i) const { return present_[i]; }
    bool empty() const { return members_.empty(); }
    void clear() {
        for (auto i : members_)
            present_[i] = false;
        members_.clear();
    }
    template<class Function>
    void for_each(Function function) const {
        for (auto i : members_)
            function(i);
    }

  private:
    std::vector<bool> present_;
    std::vector<std::size_t> members_;
};

} // namespace

bool PathPattern::Step::takes(char32_t c) const {
    for (auto [low, high] : ranges)
        if (c >= low && c <= high)
            return !negated;
    return negated;
}

template<class Set>
struct PathPattern::Run {
    const std::vector<Step> &steps;
    char32_t before = no_character; // the character before the current position ...
    char32_t after = no_character;  // ... and the one after it

    bool passes(Step::Type condition) const {
        bool at_boundary = word_character(before) != word_character(after);
        switch (condition) {
        case Step::Type::begin:
            return before == no_character;
        case Step::Type::end:
            return after == no_character;
        case Step::Type::boundary:
            return at_boundary;
        default:
            return !at_boundary;
        }
    }

    // Adds a step, and those that can be reached from it without a character.
    void reach(Set &set, std::size_t i) const {
        while (set.insert(i) && i < steps.size()) {
            switch (steps[i].type) {
            case Step::Type::one:
            case Step::Type::through:
                return;
            case Step::Type::many:
            case Step::Type::optional:
                ++i;
                break;
            case Step::Type::skip:
                set.insert(i + 1);
                i += 2;
                break;
            default:
                if (!passes(steps[i].type))
                    return;
                ++i;
            }
        }
    }

    bool operator()(std::string_view text, bool whole) {
        Set now(steps.size() + 1);
        Set next(steps.size() + 1);
        std::size_t at = 0;
        after = text.empty() ? no_character : decode_utf8(text, at);
        reach(now, 0);
        while (after != no_character && !now.empty()) {
            before = after;
            after = at < text.size() ? decode_utf8(text, at) : no_character;
            next.clear();
            now.for_each([&](std::size_t i) {
                if (i == steps.size())
                    return;
                const auto &step = steps[i];
                if ((step.type == Step::Type::one || step.type == Step::Type::optional) &&
                    step.takes(before)) {
                    reach(next, i + 1);
                } else if (step.type == Step::Type::many && step.takes(before)) {
                    reach(next, i);
                } else if (step.type == Step::Type::through && before != '\n') {
                    next.insert(i);
                    if (before == '/')
                        reach(next, i + 1);
                }
            });
            std::swap(now, next);
        }
        return whole ? now.contains(steps.size()) && after == no_character : !now.empty();
    }
};

// Whether the whole text matches, or without `whole`, whether a continuation of it can match.
bool PathPattern::run(std::string_view text, bool whole) const {
    return std::any_of(alternatives_.begin(), alternatives_.end(), [&](const auto &steps) {
        return steps.size() < 64 ? Run<SmallSet>{steps}(text, whole)
                                 : Run<LargeSet>{steps}(text, whole);
    });
}

bool PathPattern::matches(std::string_view path) const {
    switch (kind_) {
    case Kind::exact:
        return path == text_;
    case Kind::prefix:
        return path.starts_with(text_);
    case Kind::suffix: // `**/x` matches x itself, too
        return path.ends_with(text_) ||
               (text_.starts_with('/') && path == std::string_view(text_).substr(1));
    default:
        return path.starts_with(head_) && path.ends_with(tail_) &&
               path.find(inside_) != std::string_view::npos && run(path, true);
    }
}

bool PathPattern::may_match_below(std::string_view directory) const {
    auto inside = std::string(directory) + '/';
    switch (kind_) {
    case Kind::exact:
        return text_.starts_with(inside);
    case Kind::prefix:
        return text_.starts_with(inside) || inside.starts_with(text_);
    case Kind::suffix:
        return true;
    default:
        return run(inside, false);
    }
}

} // namespace berth::context
