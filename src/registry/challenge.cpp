// SPDX-License-Identifier: Apache-2.0
// Reads WWW-Authenticate headers (RFC 9110, 11.6.1).
#include "berth/util/strings.hpp"

#include "auth.hpp"

namespace berth::registry {

namespace {

constexpr std::size_t most_challenges = 16;

class ChallengeReader {
  public:
    explicit ChallengeReader(std::string_view text) : rest_(text) {}

    std::vector<Challenge> read() {
        std::vector<Challenge> found;
        while (found.size() < most_challenges) {
            skip(" \t,");
            auto scheme = token();
            if (scheme.empty())
                return found;
            Challenge challenge{.scheme = lower(scheme)};
            read_parameters(challenge);
            found.push_back(std::move(challenge));
        }
        return found;
    }

  private:
    void skip(std::string_view letters) {
        rest_.remove_prefix(std::min(rest_.find_first_not_of(letters), rest_.size()));
    }
    std::string token() {
        auto end = std::min(rest_.find_first_of(" \t,=\""), rest_.size());
        std::string value(rest_.substr(0, end));
        rest_.remove_prefix(end);
        return value;
    }
    std::string quoted() {
        std::string value;
        rest_.remove_prefix(1);
        while (!rest_.empty() && rest_.front() != '"') {
            if (rest_.front() == '\\' && rest_.size() > 1)
                rest_.remove_prefix(1);
            value += rest_.front();
            rest_.remove_prefix(1);
        }
        if (!rest_.empty())
            rest_.remove_prefix(1);
        return value;
    }
    // Up to the next scheme: a word that no `=` follows.
    void read_parameters(Challenge &challenge) {
        for (;;) {
            auto before = rest_;
            skip(" \t,");
            auto name = token();
            skip(" \t");
            if (name.empty() || !rest_.starts_with('=')) {
                rest_ = before;
                return;
            }
            rest_.remove_prefix(1);
            skip(" \t");
            challenge.parameters[lower(name)] = rest_.starts_with('"') ? quoted() : token();
        }
    }

    std::string_view rest_;
};

} // namespace

std::vector<Challenge> parse_challenges(std::string_view header) {
    return ChallengeReader(header).read();
}

} // namespace berth::registry
