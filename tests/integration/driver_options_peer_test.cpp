// SPDX-License-Identifier: Apache-2.0
// Every driver option, as `docker inspect` shows it on berth's container and on docker buildx's.
#include "support.hpp"

#include <algorithm>

namespace berth::test {
namespace {

using nlohmann::json;

// docker's CLI sends empty lists where the API client of docker buildx sends none, and `docker
// create` records the missing attachment differently; the container behaves the same.
json without_empty(const json &value) {
    if (!value.is_object())
        return value;
    json result = json::object();
    for (const auto &[key, part] : value.items()) {
        auto cleaned = without_empty(part);
        bool empty = cleaned.is_null() || (cleaned.is_array() && cleaned.empty()) ||
                     (cleaned.is_object() && cleaned.empty()) || cleaned == json("") ||
                     cleaned == json(0) || cleaned == json(false);
        if (!empty && key != "ConsoleSize")
            result[key] = cleaned;
    }
    return result;
}

json shape(const std::string &container) {
    auto all = inspect(container);
    if (all.is_null())
        return {};
    json result = {{"HostConfig", without_empty(all["HostConfig"])}};
    for (const auto *key : {"Env", "Cmd", "Entrypoint", "Labels", "Image", "Volumes"})
        result[key] = without_empty(all["Config"].value(key, json()));
    // The docker CLI goes through a map with --env: the variables come in any order.
    std::sort(result["Env"].begin(), result["Env"].end());
    result["Mounts"] = json::array();
    for (const auto &mount : all["Mounts"])
        result["Mounts"].push_back({mount["Type"], mount["Destination"], mount["RW"]});
    // Names differ, but not their parts.
    auto text = result.dump(1);
    for (auto at = text.find(container); at != std::string::npos; at = text.find(container))
        text.replace(at, container.size(), "CONTAINER");
    return json::parse(text);
}

class DriverOptionsPeerTest : public ::testing::Test {
  protected:
    World world;

    void compare(const std::vector<std::string> &options) {
        std::vector<std::string> arguments = {"--bootstrap"};
        for (const auto &option : options)
            arguments.push_back(option);
        auto make = [&](const std::string &name, bool berth) {
            std::vector<std::string> words = {"create", "--name", name};
            words.insert(words.end(), arguments.begin(), arguments.end());
            auto result = berth ? world.berth(words) : world.peer(words);
            EXPECT_EQ(result.code, 0) << result.err;
            auto seen = shape("buildx_buildkit_" + name + "0");
            EXPECT_EQ(world.berth({"rm", name}).code, 0);
            return seen;
        };
        auto ours = make(world.name("ours"), true);
        auto theirs = make(world.name("peer"), false);
        EXPECT_EQ(ours, theirs) << ours.dump(1) << "\npeer's:\n" << theirs.dump(1);
        EXPECT_FALSE(theirs.is_null());
    }
};

TEST_F(DriverOptionsPeerTest, NoOptions) {
    compare({});
}

TEST_F(DriverOptionsPeerTest, Limits) {
    compare({"--driver-opt", "memory=600m,memory-swap=1200m,cpu-quota=50000,cpu-period=100000",
             "--driver-opt", "cpu-shares=512,cpuset-cpus=0,cpuset-mems=0"});
}

TEST_F(DriverOptionsPeerTest, EnvironmentAndPolicy) {
    compare({"--driver-opt", "env.A=1,env.EMPTY=,restart-policy=on-failure:3", "--driver-opt",
             "\"env.NO_PROXY=a,b\"", "--driver-opt", "default-load=true"});
}

TEST_F(DriverOptionsPeerTest, OtherPolicies) {
    compare({"--driver-opt", "restart-policy=no"});
    compare({"--driver-opt", "restart-policy=always"});
}

TEST_F(DriverOptionsPeerTest, NetworkAndCgroup) {
    auto network = world.name("net");
    ASSERT_EQ(docker({"network", "create", network}).code, 0);
    compare({"--driver-opt", "network=" + network + ",cgroup-parent=/berthtest"});
    compare({"--driver-opt", "network=host"});
}

TEST_F(DriverOptionsPeerTest, ImageAndFlags) {
    compare({"--driver-opt", "image=moby/buildkit:buildx-stable-1", "--buildkitd-flags",
             "--debug --allow-insecure-entitlement=security.insecure"});
}

TEST_F(DriverOptionsPeerTest, ConfigurationAndCertificates) {
    auto ca = world.write("ca.pem", "CA\n"), key = world.write("key.pem", "KEY\n");
    auto config = world.write(
        "buildkitd.toml", "debug = true\n[registry.\"registry.example:5000\"]\n"
                          "  ca = [\"" +
                              ca + "\"]\n  [[registry.\"registry.example:5000\"." +
                              "keypair]]\n    key = \"" + key + "\"\n    cert = \"" + ca + "\"\n");
    compare({"--buildkitd-config", config});
    auto name = world.name("files");
    ASSERT_EQ(
        world.berth({"create", "--name", name, "--buildkitd-config", config, "--bootstrap"}).code,
        0);
    auto container = "buildx_buildkit_" + name + "0";
    auto read = [&container](const std::string &file) {
        return docker({"exec", container, "cat", "/etc/buildkit/" + file}).out;
    };
    EXPECT_EQ(read("certs/registry.example_5000/key.pem"), "KEY\n");
    EXPECT_THAT(read("buildkitd.toml"),
                ::testing::HasSubstr("/etc/buildkit/certs/registry.example_5000/ca.pem"));
    EXPECT_EQ(
        docker({"exec", container, "stat", "-c", "%a %u", "/etc/buildkit/buildkitd.toml"}).out,
        docker({"exec", container, "stat", "-c", "%a %u",
                "/etc/buildkit/certs/registry.example_5000/key.pem"})
            .out);
    EXPECT_EQ(world.berth({"rm", name}).code, 0);
}

} // namespace
} // namespace berth::test
