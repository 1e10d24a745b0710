// SPDX-License-Identifier: Apache-2.0
// A whole walk. A long walk hands directories to other threads. Each part has its own list, and the
// lists are joined in the order of the tree, so that the result does not depend on the division of
// work.
#include "berth/context/context_tree.hpp"
#include "berth/util/paths.hpp"

#include "walk.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <exception>
#include <map>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

namespace berth::context {
namespace {

// A thread costs as much as dozens of files; a walk of this many takes two milliseconds.
constexpr std::size_t long_walk = 1000;
constexpr unsigned most_threads = 8;
// Deeper directories are not handed over, since a part begins by opening all directories above it.
constexpr std::ptrdiff_t deepest = 8;

// The walk of one thread: entries up to a handed-over directory, then the part of that directory,
// then more entries, and so on.
struct Part {
    std::string directory;
    IgnorePatterns::Decision decision;
    struct Piece {
        EntryList entries;
        std::vector<LinkedFile> linked;
        Part *then = nullptr;
    };
    std::vector<Piece> pieces = {};
    std::exception_ptr error = {};
};

class Scan {
  public:
    Scan(const WalkRules &rules, unsigned threads) : rules_(rules), threads_(threads) {}

    Manifest run() {
        parts_.push_back({.directory = "", .decision = rules_.patterns.root()});
        unfinished_ = 1;
        walk(parts_.front(), true);
        work();
        for (auto &helper : helpers_)
            helper.join();
        join();
        return {std::move(entries_)};
    }

  private:
    void walk(Part &part, bool first) {
        try {
            Walk walk(rules_, part.directory, part.decision);
            auto end_piece = [&](Part *then) {
                part.pieces.push_back({.entries = std::exchange(walk.entries, {}),
                                       .linked = std::exchange(walk.linked, {}),
                                       .then = then});
            };
            Part *handed = nullptr;
            walk.hand_over = [&](std::string_view directory, const auto &decision) {
                if (hungry_.load(std::memory_order_relaxed) <= 0 ||
                    std::count(directory.begin(), directory.end(), '/') >= deepest)
                    return false;
                handed = put({.directory = std::string(directory), .decision = decision});
                return true;
            };
            for (std::size_t steps = 0; walk.step(); ++steps) {
                if (handed)
                    end_piece(std::exchange(handed, nullptr));
                if (first && steps == long_walk)
                    start_helpers();
            }
            end_piece(nullptr);
        } catch (...) {
            part.error = std::current_exception();
        }
        std::lock_guard lock(mutex_);
        if (--unfinished_ == 0)
            changed_.notify_all();
    }

    void start_helpers() {
        try {
            while (helpers_.size() + 1 < threads_)
                helpers_.emplace_back([this] { work(); });
        } catch (const std::system_error &) { // continue with fewer
        }
    }

    Part *put(Part part) {
        std::lock_guard lock(mutex_);
        parts_.push_back(std::move(part));
        waiting_.push_back(&parts_.back());
        ++unfinished_;
        --hungry_;
        changed_.notify_one();
        return &parts_.back();
    }

    // Walks parts until none is left.
    void work() {
        while (true) {
            Part *part = nullptr;
            {
                std::unique_lock lock(mutex_);
                ++hungry_;
                changed_.wait(lock, [this] { return !waiting_.empty() || unfinished_ == 0; });
                if (waiting_.empty())
                    return;
                part = waiting_.front();
                waiting_.pop_front();
            }
            walk(*part, false);
        }
    }

    // Throws the exception of the first failed part.
    void join() {
        struct Place {
            Part *part;
            std::size_t next;
        };
        std::vector<Place> places = {{&parts_.front(), 0}};
        while (!places.empty()) {
            auto [part, next] = places.back();
            if (next == part->pieces.size()) {
                if (part->error)
                    std::rethrow_exception(part->error);
                places.pop_back();
                continue;
            }
            ++places.back().next;
            auto &piece = part->pieces[next];
            auto first = entries_.size();
            entries_.append(std::move(piece.entries));
            for (const auto &file : piece.linked)
                name_again(first + file.at, file);
            if (piece.then)
                places.push_back({piece.then, 0});
        }
    }

    // Makes a second name of a file a link to the first.
    void name_again(std::size_t at, const LinkedFile &file) {
        auto [first, is_first] = first_names_.try_emplace({file.device, file.inode}, at);
        if (!is_first)
            entries_.make_link(at, entries_[first->second].path);
    }

    const WalkRules &rules_;
    unsigned threads_;
    std::vector<std::thread> helpers_;

    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Part> parts_; // whose addresses stay valid
    std::deque<Part *> waiting_;
    std::size_t unfinished_ = 0;
    std::atomic<int> hungry_{0}; // threads without work, minus the waiting parts

    EntryList entries_;
    std::map<std::pair<dev_t, ino_t>, std::size_t> first_names_;
};

} // namespace

Manifest scan(const std::filesystem::path &directory, const IgnorePatterns &patterns,
              const std::vector<std::string> &always, unsigned threads) {
    WalkRules rules(directory, patterns, always);
    if (threads == 0)
        threads = std::min(std::max(std::thread::hardware_concurrency(), 1u), most_threads);
    return Scan(rules, threads).run();
}

} // namespace berth::context
