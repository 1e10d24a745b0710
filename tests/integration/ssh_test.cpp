// SPDX-License-Identifier: Apache-2.0
// SSH agents and keys in a build, compared with docker buildx: a real agent, a real key, and a git
// server over ssh.
#include "berth/util/file.hpp"
#include "berth/util/strings.hpp"

#include "support.hpp"

#include <csignal>

namespace berth::test {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

class SshAgentTest : public ::testing::Test {
  protected:
    World world;
    std::string key = world.folder("key"), socket = world.folder("agent.sock");
    std::string agent; // its process

    void SetUp() override {
        ASSERT_EQ(
            run({"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "test", "-f", key}).code, 0);
        agent = start_agent(socket, key);
    }
    void TearDown() override {
        if (!agent.empty())
            run({"kill", agent});
    }
    static std::string start_agent(const std::string &at, const std::string &with) {
        auto started = run({"ssh-agent", "-a", at}).out; // …; SSH_AGENT_PID=123; …
        auto pid = started.substr(started.find("SSH_AGENT_PID=") + 14);
        EXPECT_EQ(run({"ssh-add", "-q", with}, {{"SSH_AUTH_SOCK", at}}).code, 0);
        return pid.substr(0, pid.find(';'));
    }
    Variables with_agent() const { return {{"SSH_AUTH_SOCK", socket}}; }
    // Agents of the keys of a build, and their directories, are in TMPDIR, which is the test's own.
    Variables own_directory() const {
        auto variables = with_agent();
        variables["TMPDIR"] = world.folder("tmp");
        return variables;
    }
    std::string left_behind() const {
        std::string names;
        for (const auto &entry : std::filesystem::directory_iterator(world.folder("tmp")))
            names += entry.path().filename().string() + "\n";
        return names;
    }
    std::string key_agents() const {
        return run({"pgrep", "-f", "ssh-agent -a " + world.folder("tmp")}).out;
    }
    // ssh-agent checks every ten seconds whether its command has ended.
    void expect_agents_end() const {
        for (int i = 0; i < 150 && !key_agents().empty(); ++i)
            run({"sleep", "0.1"});
        EXPECT_EQ(key_agents(), "");
    }
    static std::string processes(const std::string &builder) {
        return docker({"exec", "buildx_buildkit_" + builder + "0", "ps", "-o", "args"}).out;
    }
    // One image for each program, built with these arguments; both must succeed.
    void expect_same(const std::string &builder, const std::vector<std::string> &words) {
        auto ours = world.image("ours"), theirs = world.image("theirs");
        auto with = [&](const std::string &tag) {
            std::vector<std::string> all = {"build", "--builder", builder, "--load", "-t", tag};
            all.insert(all.end(), words.begin(), words.end());
            return all;
        };
        auto mine = world.berth(with(ours), with_agent());
        auto peers = world.peer(with(theirs), with_agent());
        ASSERT_EQ(mine.code, 0) << mine.err;
        ASSERT_EQ(peers.code, 0) << peers.err;
        EXPECT_NE(image_id(ours), "");
        EXPECT_EQ(image_id(ours), image_id(theirs)) << join(words, " ");
    }
};

TEST_F(SshAgentTest, AgentsAndKeysReachTheBuildUnderTheirIds) {
    world.write("app/Dockerfile", "FROM moby/buildkit:buildx-stable-1\n"
                                  "RUN --mount=type=ssh ssh-add -L >/default\n"
                                  "RUN --mount=type=ssh,id=other ssh-add -L >/other\n"
                                  "RUN --mount=type=ssh,id=file ssh-add -L >/file\n"
                                  "RUN cat /default /other /file\n");
    ASSERT_EQ(run({"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "second", "-f",
                   world.folder("key2")})
                  .code,
              0);
    auto second = start_agent(world.folder("odd name.sock"), world.folder("key2"));
    auto builder = world.builder("agents");
    std::vector<std::string> words = {
        "--ssh", "default",     "--ssh",      "other=" + world.folder("odd name.sock"),
        "--ssh", "file=" + key, "--no-cache", world.folder("app")};
    std::vector<std::string> all = {"build", "--builder", builder, "--progress", "plain"};
    all.insert(all.end(), words.begin(), words.end());
    auto built = world.berth(all, with_agent());
    run({"kill", second});
    ASSERT_EQ(built.code, 0) << built.err;
    auto one = read_file(key + ".pub"), two = read_file(world.folder("key2") + ".pub");
    auto body = [](const std::string &line) { return split(line, ' ').at(1); };
    EXPECT_EQ(count(built.err, body(one)), 2u) << "the agent's and the file's";
    EXPECT_EQ(count(built.err, body(two)), 1u);
    EXPECT_THAT(docker({"inspect", "buildx_buildkit_" + builder + "0"}).out,
                Not(HasSubstr("PRIVATE KEY")));
}

TEST_F(SshAgentTest, AGitServerOverSsh) {
    world.write("work/Dockerfile", "FROM busybox\nCOPY f /f\n");
    world.write("work/f", "from git\n");
    auto git = [&](std::vector<std::string> words) {
        words.insert(words.begin(), {"git", "-C", world.folder("work"), "-c", "user.name=t", "-c",
                                     "user.email=t@t"});
        auto result = run(words);
        EXPECT_EQ(result.code, 0) << result.err;
    };
    git({"init", "-q", "-b", "main"});
    git({"add", "."});
    git({"commit", "-q", "-m", "one"});
    git({"clone", "-q", "--bare", ".", world.folder("repo.git")});
    ASSERT_EQ(run({"cp", key + ".pub", world.folder("authorized_keys")}).code, 0);
    ASSERT_EQ(
        run({"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", world.folder("host_key")}).code,
        0);
    // git and sshd of BuildKit's image, in the network that the builder shares.
    ASSERT_EQ(docker({"run", "--detach", "--name", world.name("git"), "--network", "host",
                      "--volume", world.path().string() + ":/srv/git", "--entrypoint", "sh",
                      "moby/buildkit:buildx-stable-1", "-c",
                      "ln -s git /usr/bin/git-upload-pack; git config --system safe.directory '*'; "
                      "exec /usr/sbin/sshd -D -e -f "
                      "/dev/null -p 21526 -h /srv/git/host_key -o StrictModes=no -o "
                      "AuthorizedKeysFile=/srv/git/authorized_keys -o PermitRootLogin=yes"})
                  .code,
              0);
    auto builder = world.builder("git", {"--driver-opt", "network=host"});
    // Such a context adds the agent.
    expect_same(builder, {"ssh://root@127.0.0.1:21526/srv/git/repo.git#main"});
    expect_same(builder,
                {"--ssh", "default=" + key, "ssh://root@127.0.0.1:21526/srv/git/repo.git#main"});
    auto refused = world.berth({"build", "--builder", builder, "--no-cache",
                                "ssh://root@127.0.0.1:21526/srv/git/repo.git#main"},
                               {{"SSH_AUTH_SOCK", ""}});
    EXPECT_EQ(refused.code, 1);
    EXPECT_THAT(refused.err, HasSubstr("make sure SSH_AUTH_SOCK is set"));
}

TEST_F(SshAgentTest, AFailureOrAKilledClientLeavesNothing) {
    world.write("fails/Dockerfile", "FROM busybox\nRUN --mount=type=ssh exit 3\n");
    world.write("hangs/Dockerfile", "FROM busybox\nRUN --mount=type=ssh sleep 300\n");
    std::filesystem::create_directory(world.folder("tmp"));
    auto builder = world.builder("killed");
    auto words = [&](const std::string &context) {
        return std::vector<std::string>{"build", "--builder",      builder,
                                        "--ssh", "default=" + key, world.folder(context)};
    };
    auto failed = world.berth(words("fails"), own_directory());
    EXPECT_EQ(failed.code, 1);
    EXPECT_THAT(failed.err, HasSubstr("exit code: 3"));
    EXPECT_EQ(left_behind(), "");
    expect_agents_end();
    auto killed = words("hangs");
    killed.insert(killed.begin(), BERTH_PROGRAM);
    bool was_there = false;
    run_and_signal(
        killed, world.variables(own_directory()),
        [&] {
            bool hangs = processes(builder).find("sleep 300") != std::string::npos;
            was_there = was_there || !key_agents().empty();
            return hangs;
        },
        SIGKILL);
    EXPECT_TRUE(was_there) << "the test looks at the right place";
    expect_agents_end();
}

TEST_F(SshAgentTest, ADryRunPrintsKeysAndNotesAgents) {
    world.write("app/Dockerfile", "FROM busybox\n");
    auto builder = world.builder("dry");
    auto dry = [&](const std::string &ssh) {
        auto printed = world.berth(
            {"build", "--builder", builder, "--ssh", ssh, "--dry-run", world.folder("app")},
            with_agent());
        EXPECT_EQ(printed.code, 0) << printed.err;
        return printed.out;
    };
    const std::string note = "# not shown: --ssh forwards a local agent";
    auto agent = dry("default");
    EXPECT_THAT(agent, HasSubstr(note));
    EXPECT_THAT(agent, Not(HasSubstr("--ssh default=")));
    auto keys = dry("mine=" + key);
    EXPECT_THAT(keys, Not(HasSubstr(note)));
    EXPECT_THAT(keys, ContainsRegex("\ncat " + key + " \\| docker exec .*cat >[^ ]*/secret0"));
    EXPECT_THAT(keys, ContainsRegex("--ssh mine=[^ ]*/secret0"));
}

} // namespace
} // namespace berth::test
