// SPDX-License-Identifier: Apache-2.0
#include "berth/store/first_start.hpp"
#include "berth/store/store.hpp"
#include "berth/util/error.hpp"
#include "berth/util/unfinished_file.hpp"

#include "support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <sys/stat.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace berth::store {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;
namespace fs = std::filesystem;

class StoreTest : public ::testing::Test {
  protected:
    void save(const std::string &name) {
        store_.begin().save({.name = name, .nodes = {{.name = name + "0", .endpoint = "e"}}});
    }
    void put(const std::string &name, std::string_view content) {
        write_file_atomically(store_.directory() / name, content);
    }
    std::string get(const std::string &name) { return read_file(store_.directory() / name); }
    bool has(const std::string &name) { return fs::exists(store_.directory() / name); }
    std::vector<std::string> names() {
        std::vector<std::string> result;
        for (const auto &record : store_.list())
            result.push_back(record.name);
        return result;
    }

    test::TemporaryDirectory folder_;
    Store store_{folder_ / "buildx"};
};

TEST(StoreDirectoryTest, FollowsTheEnvironment) {
    using Variables = std::map<std::string, std::string>;
    auto directory = [](Variables variables) {
        return default_directory(Environment(std::move(variables))).string();
    };
    EXPECT_EQ(directory({{"HOME", "/h"}}), "/h/.docker/buildx");
    EXPECT_EQ(directory({{"HOME", "/h"}, {"DOCKER_CONFIG", "/d"}}), "/d/buildx");
    EXPECT_EQ(directory({{"DOCKER_CONFIG", "/d"}, {"BUILDX_CONFIG", "/b"}}), "/b");
    EXPECT_THROW(directory({}), Error);
}

TEST(StoreNameTest, AcceptsOnlyFileNames) {
    EXPECT_EQ(validate_name("My.Builder_1-x"), "my.builder_1-x");
    for (auto name : {"", "../x", "a/b", "1a", ".a", "-a", "_a", "a b", "a\n", "ä", "a:b"}) {
        EXPECT_FALSE(is_valid_name(name)) << name;
        EXPECT_THROW(validate_name(name), Error) << name;
    }
    EXPECT_TRUE(is_valid_name(std::string(255, 'a')));
    EXPECT_FALSE(is_valid_name(std::string(256, 'a')));
    try {
        validate_name("../x");
    } catch (const Error &error) {
        EXPECT_STREQ(error.what(), "invalid name ../x, name needs to start with a letter and may "
                                   "not contain symbols, except ._-");
        EXPECT_EQ(error.code(), ExitCode::usage);
    }
}

TEST_F(StoreTest, AMissingStoreIsEmptyAndReadingCreatesNothing) {
    EXPECT_THAT(names(), IsEmpty());
    EXPECT_FALSE(store_.find("a"));
    EXPECT_EQ(store_.current("k"), "");
    EXPECT_FALSE(store_.last_activity("a"));
    EXPECT_FALSE(fs::exists(store_.directory()));
}

TEST_F(StoreTest, KeepsBuildersPrivate) {
    save("b");
    save("A");
    EXPECT_THAT(names(), ElementsAre("A", "b"));
    EXPECT_EQ(store_.find("a")->name, "A");
    EXPECT_EQ(store_.find("A")->nodes.at(0).name, "A0");
    EXPECT_EQ(fs::status(store_.directory()).permissions(), fs::perms::owner_all);
    EXPECT_EQ(fs::status(store_.directory() / "instances").permissions(), fs::perms::owner_all);
    EXPECT_EQ(fs::status(store_.directory() / "instances" / "a").permissions(),
              fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(StoreTest, ANameNeverLeavesTheStore) {
    write_file_atomically(folder_ / "x", "precious");
    save("a");
    auto transaction = store_.begin();
    for (std::string name : {"../x", "../../x", "", ".", "/etc"}) {
        EXPECT_FALSE(store_.find(name));
        EXPECT_FALSE(store_.last_activity(name));
        EXPECT_THROW(transaction.save({.name = name}), Error);
        EXPECT_THROW(transaction.remove(name), Error);
        EXPECT_THROW(transaction.touch(name, {}), Error);
    }
    EXPECT_THROW(transaction.set_current({.key = "k", .name = "../x"}), Error);
    EXPECT_THROW(transaction.set_default("k", "../x"), Error);
    EXPECT_EQ(read_file(folder_ / "x"), "precious");
}

TEST_F(StoreTest, ABrokenFileIsNamedAndHidesNoOther) {
    save("good");
    put("instances/bad", "{");
    put("instances/.tmp-1", "left behind");
    std::vector<std::string> broken;
    EXPECT_EQ(store_.list(&broken).size(), 1u);
    EXPECT_THAT(broken, ElementsAre(StartsWith((store_.directory() / "instances/bad").string())));
    EXPECT_THROW(store_.find("bad"), Error);
    store_.begin().remove("bad");
    EXPECT_FALSE(has("instances/bad"));
}

TEST_F(StoreTest, RemoveRemovesActivityAndRefsInEverySpelling) {
    save("Aa");
    store_.begin().touch("Aa", Time{});
    put("refs/Aa/Aa0/ref", "{}");
    store_.begin().set_current({.key = "k", .name = "Aa"});
    store_.begin().remove("AA");
    EXPECT_FALSE(has("instances/aa"));
    EXPECT_FALSE(has("activity/Aa"));
    EXPECT_FALSE(has("refs/Aa"));
    EXPECT_EQ(store_.current("k"), "");
    save("aa"); // created again: current again, as with docker buildx
    EXPECT_EQ(store_.current("k"), "aa");
}

TEST_F(StoreTest, WritesCurrentAndDefaultsLikeDockerBuildx) {
    auto transaction = store_.begin();
    transaction.set_current({.key = "unix:///run/<a>.sock", .name = "a", .global = true});
    EXPECT_EQ(get("current"),
              R"({"Key":"unix:///run/\u003ca\u003e.sock","Name":"a","Global":true})");
    transaction.set_default("c1", "a");
    EXPECT_EQ(get("defaults/d0f631ca1ddba8db3bcf"), "a");
    transaction.set_default("c1", "");
    EXPECT_FALSE(has("defaults/d0f631ca1ddba8db3bcf"));
    transaction.set_default("c1", ""); // none there: fine
}

TEST_F(StoreTest, ChoosesTheCurrentBuilder) {
    for (auto name : {"a", "b", "c"})
        save(name);
    auto transaction = store_.begin();
    transaction.set_current({.key = "k", .name = "A"});
    EXPECT_EQ(store_.current("k"), "a");
    EXPECT_EQ(store_.current("other"), "");

    transaction.set_default("k", "b");
    transaction.set_default("other", "c");
    EXPECT_EQ(store_.current("k"), "a");
    EXPECT_EQ(store_.current("other"), "c");

    transaction.set_current({.key = "k", .name = "gone"}); // no default instead of it
    EXPECT_EQ(store_.current("k"), "");
    transaction.set_current({.key = "k", .name = ""}); // nothing chosen: the default
    EXPECT_EQ(store_.current("k"), "b");

    transaction.set_current({.key = "k", .name = "a", .global = true});
    EXPECT_EQ(store_.current("other"), "a");
    transaction.set_current({.key = "k", .name = "gone", .global = true});
    EXPECT_EQ(store_.current("other"), "c");
    EXPECT_EQ(store_.current("k"), "");

    transaction.set_default("other", "gone");
    EXPECT_EQ(store_.current("other"), "");
    put("defaults/d0f631ca1ddba8db3bcf", "../../x");
    EXPECT_EQ(store_.current("c1"), "");
}

TEST_F(StoreTest, ABrokenCurrentIsNamedAndCanBeReplaced) {
    for (auto broken : {"{", "[]", R"({"Key":5})", ""}) {
        put("current", broken);
        try {
            store_.current("k");
            ADD_FAILURE() << broken << " was taken";
        } catch (const Error &error) {
            EXPECT_THAT(error.what(), HasSubstr("buildx/current is broken"));
        }
    }
    save("a");
    store_.begin().set_current({.key = "k", .name = "a"});
    EXPECT_EQ(store_.current("k"), "a");
}

TEST_F(StoreTest, RemembersActivityToTheSecond) {
    auto now = *parse_rfc3339("2026-11-24T02:30:20.999Z");
    store_.begin().touch("A2", now);
    EXPECT_EQ(get("activity/A2"), "2026-11-24T02:30:20Z");
    EXPECT_EQ(store_.last_activity("A2"), parse_rfc3339("2026-11-24T02:30:20Z"));
    put("activity/A2", "yesterday");
    EXPECT_FALSE(store_.last_activity("A2"));
}

TEST_F(StoreTest, TheNodeIdIsCreatedOnce) {
    auto id = store_.node_id();
    EXPECT_EQ(id.size(), 16u);
    EXPECT_EQ(store_.node_id(), id);
    EXPECT_EQ(get(".buildNodeID"), id);
    put(".buildNodeID", "../../x");
    EXPECT_EQ(store_.node_id().size(), 16u);
}

TEST_F(StoreTest, NamesADirectoryThatCannotBeCreated) {
    write_file_atomically(folder_ / "file", "");
    try {
        Store(folder_ / "file").begin();
        ADD_FAILURE() << "a file was taken for a store";
    } catch (const Error &error) {
        EXPECT_THAT(error.what(), HasSubstr((folder_ / "file").string()));
    }
}

TEST_F(StoreTest, ATransactionOutlivesItsStore) {
    auto store = std::make_unique<Store>(folder_ / "buildx");
    auto transaction = store->begin();
    store.reset();
    transaction.save({.name = "a"});
    transaction.set_current({.key = "k", .name = "a"});
    EXPECT_EQ(store_.current("k"), "a");
}

TEST_F(StoreTest, ATransactionWaitsForTheLockOfAnother) {
    auto first = std::make_unique<Store::Transaction>(store_.begin());
    std::atomic<bool> released = false;
    std::jthread other([&] {
        auto second = store_.begin();
        EXPECT_TRUE(released);
    });
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    released = true;
    first.reset();
}

// Each process increments a counter in a builder's record many times; a lost update shows in the
// sum.
TEST_F(StoreTest, ConcurrentProcessesLoseNoUpdate) {
    constexpr int processes = 8, rounds = 25;
    store_.begin().save({.name = "shared"});
    std::vector<pid_t> children;
    for (int i = 0; i < processes; ++i) {
        auto child = ::fork();
        ASSERT_GE(child, 0);
        if (child == 0) {
            int result = 1;
            try {
                for (int round = 0; round < rounds; ++round) {
                    auto transaction = store_.begin();
                    auto record = store_.find("shared").value();
                    record.nodes.push_back({.name = "n" + std::to_string(record.nodes.size()),
                                            .endpoint = std::to_string(i)});
                    transaction.save(record);
                    auto own = "own" + std::to_string(i);
                    round % 2 == 0 ? transaction.save({.name = own}) : transaction.remove(own);
                }
                result = 0;
            } catch (const std::exception &error) {
                std::fprintf(stderr, "process %d: %s\n", i, error.what());
            }
            ::_exit(result);
        }
        children.push_back(child);
    }
    // Meanwhile every read sees a whole file.
    for (int i = 0; i < 200; ++i)
        EXPECT_NO_THROW(EXPECT_TRUE(store_.find("shared")));
    for (auto child : children) {
        int status = 0;
        ASSERT_EQ(::waitpid(child, &status, 0), child);
        EXPECT_EQ(status, 0);
    }
    auto record = store_.find("shared").value();
    ASSERT_EQ(record.nodes.size(), static_cast<std::size_t>(processes * rounds));
    for (std::size_t i = 0; i < record.nodes.size(); ++i)
        EXPECT_EQ(record.nodes[i].name, "n" + std::to_string(i));
    EXPECT_EQ(store_.list().size(), 1u + processes);
    for (const auto &entry : fs::directory_iterator(store_.directory()))
        EXPECT_FALSE(entry.path().filename().string().starts_with(unfinished_prefix))
            << entry.path();
}

TEST_F(StoreTest, ConcurrentThreadsLoseNoUpdate) {
    store_.begin().save({.name = "shared"});
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i)
        threads.emplace_back([&] {
            for (int round = 0; round < 20; ++round) {
                auto transaction = store_.begin();
                auto record = store_.find("shared").value();
                record.nodes.push_back(
                    {.name = "n" + std::to_string(record.nodes.size()), .endpoint = "e"});
                transaction.save(record);
            }
        });
    threads.clear();
    EXPECT_EQ(store_.find("shared")->nodes.size(), 160u);
}

TEST_F(StoreTest, AFirstStartThatWasKilledIsSeen) {
    save("a");
    auto child = ::fork();
    if (child == 0) {
        FirstStart starting(store_.directory(), "a");
        ::pause();
    }
    while (!has("starting/a"))
        std::this_thread::yield();
    auto was_killed = [&] { return FirstStart::was_killed(store_.directory(), "A"); };
    EXPECT_FALSE(was_killed());
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    EXPECT_TRUE(was_killed());
    store_.begin().touch("a", Time()); // by a build
    EXPECT_FALSE(was_killed());
    { FirstStart starting(store_.directory(), "a"); }
    EXPECT_FALSE(has("starting/a"));
}

} // namespace
} // namespace berth::store
