// SPDX-License-Identifier: Apache-2.0
// A `docker load` that waits for its image, with a program in docker's place.
#include "berth/image/early_load.hpp"
#include "berth/process/cancellation.hpp"
#include "berth/process/real_runner.hpp"
#include "berth/util/error.hpp"
#include "berth/util/file.hpp"
#include "berth/util/strings.hpp"

#include "support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <filesystem>
#include <thread>

namespace berth::image {
namespace {

using process::Outcome;
using std::chrono::milliseconds;

class EarlyLoadTest : public ::testing::Test {
  protected:
    // What docker does with its standard input.
    docker::Docker docker_that(const std::string &does) {
        auto here = directory.path();
        write_file_atomically(here / "docker", "#!/bin/sh\ncd '" + here.string() +
                                                   "'\necho $$ >started\n" + does + "\n");
        std::filesystem::permissions(here / "docker", std::filesystem::perms::owner_all);
        return {runner, (here / "docker").string(), "default", "default"};
    }
    bool has(const std::string &name) const {
        return std::filesystem::exists(directory.path() / name);
    }
    static void await(const std::function<bool()> &condition) {
        for (int i = 0; i < 1000 && !condition(); ++i)
            std::this_thread::sleep_for(milliseconds(5));
        EXPECT_TRUE(condition());
    }
    // "image", as it is read from the builder.
    static EarlyLoad::Read image() {
        return [left = std::string("image")](char *buffer, std::size_t size) mutable {
            auto count = std::min(size, left.size());
            std::memcpy(buffer, left.data(), count);
            left.erase(0, count);
            return count;
        };
    }

    test::TemporaryDirectory directory;
    process::Cancellation cancellation;
    process::RealRunner runner{cancellation};
};

TEST_F(EarlyLoadTest, TheCommandThatWaitsGetsTheImage) {
    auto docker = docker_that("cat >archive; echo Loaded");
    EarlyLoad load(docker);
    EXPECT_FALSE(load.send(image())) << "not started";
    load.start();
    load.start(); // for each file of a context
    await([&] { return has("started"); });
    EXPECT_TRUE(load.is_waiting());
    auto outcome = load.send(image());
    ASSERT_TRUE(outcome);
    EXPECT_TRUE(outcome->ok());
    EXPECT_EQ(outcome->out, "Loaded\n");
    EXPECT_EQ(read_file(directory.path() / "archive"), "image");
    load.start();
    EXPECT_FALSE(load.is_waiting()) << "one command for one image";
    EXPECT_FALSE(load.send(image()));
}

TEST_F(EarlyLoadTest, ACommandWithoutAnImageIsKilled) {
    auto docker = docker_that("cat >/dev/null; touch finished; exec sleep 60");
    std::optional<EarlyLoad> load(docker);
    load->start();
    await([&] { return has("started") && !read_file(directory.path() / "started").empty(); });
    auto pid = std::string(trim(read_file(directory.path() / "started")));
    load.reset();
    // Killed and not waited for, it is a zombie of this process.
    await([&] {
        auto status = read_file_if_exists("/proc/" + pid + "/status");
        return !status || status->find("State:\tZ") != std::string::npos;
    });
}

TEST_F(EarlyLoadTest, ACommandThatWaitedTooLongIsNotUsed) {
    auto docker = docker_that("cat >archive");
    EarlyLoad load(docker, milliseconds(30));
    load.start();
    await([&] { return !load.is_waiting(); });
    EXPECT_FALSE(load.send(image()));
}

TEST_F(EarlyLoadTest, ACommandThatEndedIsNotUsed) {
    auto docker = docker_that("exit 1");
    EarlyLoad load(docker);
    load.start();
    await([&] { return !load.is_waiting(); });
    EXPECT_FALSE(load.send(image()));
}

TEST_F(EarlyLoadTest, AnErrorOfTheImageEndsTheCommand) {
    auto docker = docker_that("cat >/dev/null; exec sleep 60");
    EarlyLoad load(docker);
    load.start();
    EXPECT_THROW(load.send([](char *, std::size_t) -> std::size_t { throw Error("no layer"); }),
                 Error);
}

} // namespace
} // namespace berth::image
