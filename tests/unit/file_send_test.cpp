// SPDX-License-Identifier: Apache-2.0
#include "berth/session/file_send.hpp"
#include "berth/util/error.hpp"
#include "berth/util/file.hpp"

#include "buildkit/file_sync.pb.h"
#include "buildkit/fsutil.pb.h"
#include "session_call.hpp"
#include "temporary_tree.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <chrono>
#include <set>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

namespace berth::session {
namespace {

using fsutil::types::Packet;
using fsutil::types::Stat;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr const char *method = "/moby.filesync.v1.FileSend/DiffCopy";
constexpr std::uint32_t directory = 1u << 31, symlink = 1u << 27, pipe = 1u << 25,
                        setuid = 1u << 23, character = 1u << 26 | 1u << 21;

// BuildKit's side of an output of type=local.
class LocalOutputTest : public ::testing::Test {
  protected:
    LocalOutputTest() { tree.folder("out"); }

    void start(bool remove_others = false, buildkit::Metadata metadata = {}) {
        add_file_send(services, {{0, OutputDirectory{tree / "out", remove_others}}});
        call.emplace(services, method, std::move(metadata));
    }
    void send(const Packet &packet) { buildkit::write(call->stream(), packet); }
    void list(const std::string &path, std::uint32_t mode, const std::string &link = "",
              std::int64_t time = 1'500'000'000'000'000'007) {
        Packet packet;
        auto &stat = *packet.mutable_stat();
        stat.set_path(path);
        stat.set_mode(mode);
        stat.set_uid(12345);
        stat.set_gid(12345);
        stat.set_linkname(link);
        stat.set_mod_time(time);
        send(packet);
    }
    void end_list() { send(Packet()); }
    void data(std::uint32_t id, const std::string &content) {
        Packet packet;
        packet.set_type(Packet::PACKET_DATA);
        packet.set_id(id);
        if (!content.empty()) {
            packet.set_data(content);
            send(packet);
            packet.clear_data();
        }
        send(packet);
    }
    Packet next() {
        Packet packet;
        EXPECT_TRUE(buildkit::read(call->stream(), packet));
        return packet;
    }
    void expect_request(std::uint32_t id) {
        auto packet = next();
        EXPECT_EQ(packet.type(), Packet::PACKET_REQ) << packet.data();
        EXPECT_EQ(packet.id(), id);
    }
    void end_well() {
        EXPECT_EQ(next().type(), Packet::PACKET_FIN);
        Packet fin;
        fin.set_type(Packet::PACKET_FIN);
        send(fin);
        auto status = call->finish();
        EXPECT_TRUE(status.ok()) << status.message;
    }
    // The answer to a hostile or failing transfer.
    std::string refusal() {
        for (;;) {
            auto packet = next();
            if (packet.type() != Packet::PACKET_ERR)
                continue;
            EXPECT_EQ(call->finish().message, packet.data());
            return packet.data();
        }
    }

    test::TemporaryTree tree;
    buildkit::Services services;
    std::optional<test::SessionCall> call;
};

TEST_F(LocalOutputTest, WritesATreeWithItsModesTimesAndLinks) {
    start();
    list("dir", directory | 0555, "", 1'000'000'000'000'000'001);
    list("dir/file", 0640);
    list("dir/hard", 0640, "dir/file");
    list("link", symlink | 0777, "dir/../nowhere");
    list("pipe", pipe | 0622);
    list("tool", setuid | 0755);
    end_list();
    expect_request(1);
    expect_request(5);
    data(5, "tool's");
    data(1, "content");
    end_well();
    EXPECT_EQ(tree.content("out/dir/file"), "content");
    EXPECT_EQ(tree.status("out/dir").st_mode, S_IFDIR | 0555u);
    EXPECT_EQ(tree.status("out/dir").st_mtim.tv_sec, 1'000'000'000);
    EXPECT_EQ(tree.status("out/dir").st_mtim.tv_nsec, 1);
    EXPECT_EQ(tree.status("out/dir/file").st_mode, S_IFREG | 0640u);
    EXPECT_EQ(tree.status("out/dir/file").st_mtim.tv_nsec, 7);
    EXPECT_EQ(tree.status("out/dir/file").st_uid, ::getuid());
    EXPECT_EQ(tree.status("out/dir/file").st_ino, tree.status("out/dir/hard").st_ino);
    EXPECT_EQ(std::filesystem::read_symlink(tree / "out/link"), "dir/../nowhere");
    EXPECT_EQ(tree.status("out/link").st_mtim.tv_sec, 1'500'000'000);
    EXPECT_EQ(tree.status("out/pipe").st_mode, S_IFIFO | 0622u);
    EXPECT_EQ(tree.status("out/tool").st_mode, S_IFREG | S_ISUID | 0755u);
    EXPECT_THAT(tree.names("out"), ElementsAre("dir", "link", "pipe", "tool"));
}

// Of two platforms, or of two targets of a bake.
TEST_F(LocalOutputTest, TwoOutputsCreateTheSameDirectories) {
    add_file_send(services, {{0, OutputDirectory{tree / "out", false}}});
    auto output = [this] {
        test::SessionCall one(services, method);
        Packet packet;
        for (int i = 0; i < 1000; ++i) {
            packet.mutable_stat()->set_path(fmt::format("{:04}", i));
            packet.mutable_stat()->set_mode(directory | 0755);
            buildkit::write(one.stream(), packet);
        }
        packet.Clear();
        buildkit::write(one.stream(), packet); // the end of the list
        EXPECT_TRUE(buildkit::read(one.stream(), packet));
        EXPECT_EQ(packet.type(), Packet::PACKET_FIN) << packet.data();
        buildkit::write(one.stream(), packet);
        auto status = one.finish();
        EXPECT_TRUE(status.ok()) << status.message;
    };
    std::thread other(output);
    output();
    other.join();
    EXPECT_THAT(tree.names("out"), ::testing::SizeIs(1000));
}

TEST_F(LocalOutputTest, TheUmaskGivesTheDirectoryItsMode) {
    std::filesystem::remove(tree / "out");
    auto mask = ::umask(027);
    start();
    end_list();
    end_well();
    ::umask(mask);
    EXPECT_EQ(tree.status("out").st_mode, S_IFDIR | 0750u);
}

TEST_F(LocalOutputTest, ReplacesExistingFilesAndKeepsOthers) {
    tree.file("out/file", "old");
    tree.file("out/kept", "kept");
    tree.file("out/was-directory/x/y", "old");
    tree.file("out/was-file", "old");
    start();
    list("file", 0644);
    list("was-directory", 0644);
    list("was-file", directory | 0755);
    end_list();
    expect_request(0);
    expect_request(1);
    EXPECT_EQ(tree.content("out/file"), "old"); // until the new one is complete
    data(0, "new");
    data(1, "");
    end_well();
    EXPECT_EQ(tree.content("out/file"), "new");
    EXPECT_EQ(tree.content("out/kept"), "kept");
    EXPECT_EQ(tree.status("out/was-directory").st_mode, S_IFREG | 0644u);
    EXPECT_EQ(tree.status("out/was-file").st_mode, S_IFDIR | 0755u);
    EXPECT_THAT(tree.names("out"), ElementsAre("file", "kept", "was-directory", "was-file"));
}

TEST_F(LocalOutputTest, ModeDeleteRemovesOtherFiles) {
    tree.file("out/dir/old");
    tree.file("out/dir/kept", "old");
    tree.file("out/gone/deep/er/file");
    start(true, {{"buildkit-exporter-multi-platform", "1"}});
    list("dir", directory | 0755);
    list("dir/kept", 0644);
    end_list();
    expect_request(1);
    data(1, "new");
    end_well();
    EXPECT_THAT(tree.names("out"), ElementsAre("dir"));
    EXPECT_THAT(tree.names("out/dir"), ElementsAre("kept"));
}

TEST_F(LocalOutputTest, ModeDeleteNeedsSupportInBuildKit) {
    start(true);
    EXPECT_THAT(call->finish().message, HasSubstr("mode=delete requires"));
}

TEST_F(LocalOutputTest, ASymlinkInTheWayIsReplacedNotFollowed) {
    tree.folder("elsewhere");
    tree.link("out/dir", "../elsewhere");
    tree.link("out/file", "../elsewhere/victim");
    start();
    list("dir", directory | 0755);
    list("dir/x", 0644);
    list("file", 0644);
    end_list();
    expect_request(1);
    expect_request(2);
    data(1, "inside");
    data(2, "inside");
    end_well();
    EXPECT_TRUE(std::filesystem::is_empty(tree / "elsewhere"));
    EXPECT_EQ(tree.content("out/dir/x"), "inside");
    EXPECT_EQ(tree.status("out/file").st_mode & S_IFMT, S_IFREG);
}

TEST_F(LocalOutputTest, RefusesPathsThatLeadOutside) {
    for (const auto &path : std::vector<std::string>{"../x", "..", "/x", "a/../../x", ".", "",
                                                     "a//b", "./a", "a/", std::string("a\0b", 3)}) {
        start();
        list(path, 0644);
        EXPECT_THAT(refusal(), StartsWith("refused to write")) << path;
        EXPECT_THAT(tree.names("out"), ElementsAre());
    }
    EXPECT_THAT(tree.names(), ElementsAre("out"));
}

TEST_F(LocalOutputTest, RefusesPathsBelowASentSymlink) {
    tree.folder("elsewhere");
    start();
    list("dir", symlink | 0777, "../elsewhere");
    list("dir/x", 0644);
    EXPECT_THAT(refusal(), HasSubstr("its directory was not sent"));
    EXPECT_TRUE(std::filesystem::is_empty(tree / "elsewhere"));
}

TEST_F(LocalOutputTest, RefusesAListOutOfOrder) {
    for (auto second : {"a", "b"}) {
        start();
        list("b", 0644);
        list(second, 0644);
        EXPECT_THAT(refusal(), HasSubstr("it follows b, out of order"));
    }
}

TEST_F(LocalOutputTest, RefusesHardLinksThatLeadOutside) {
    tree.file("secret", "secret");
    for (auto target : {"../secret", "/etc/passwd", "z"}) {
        start();
        list("x", 0644, target);
        EXPECT_THAT(refusal(), HasSubstr("it is a hard link to"));
    }
}

TEST_F(LocalOutputTest, NamesAHardLinkToAMissingFile) {
    start();
    list("x", 0644, "a");
    end_list();
    EXPECT_THAT(refusal(), HasSubstr("cannot create the hard link " + (tree / "out/x").string()));
}

TEST_F(LocalOutputTest, RefusesUnrequestedData) {
    start();
    data(7, "x");
    EXPECT_EQ(refusal(), "invalid file request 7");
    start();
    list("file", 0644);
    expect_request(0);
    data(0, "x");
    data(0, "again");
    EXPECT_EQ(refusal(), "invalid file request 0");
}

TEST_F(LocalOutputTest, RefusesAnEarlyEnd) {
    start();
    list("file", 0644);
    expect_request(0);
    Packet packet;
    packet.set_type(Packet::PACKET_FIN);
    send(packet);
    EXPECT_THAT(refusal(), HasSubstr("before all files arrived"));
    start();
    list("file", 0644);
    EXPECT_EQ(call->finish().code, buildkit::StatusCode::cancelled);
}

TEST_F(LocalOutputTest, LeavesNoIncompleteFile) {
    tree.file("out/file", "old");
    start();
    list("file", 0644);
    expect_request(0);
    Packet packet;
    packet.set_type(Packet::PACKET_DATA);
    packet.set_data("half");
    send(packet);
    call->finish();
    EXPECT_EQ(tree.content("out/file"), "old");
    EXPECT_THAT(tree.names("out"), ElementsAre("file"));
}

// So that nothing is left of it if this process is killed.
TEST_F(LocalOutputTest, AFileHasNoNameBeforeItIsComplete) {
    tree.folder("out");
    if (!test::has_nameless_files(tree.path()))
        GTEST_SKIP() << "needs a file system with O_TMPFILE";
    start();
    list("half", 0644);
    list("whole", 0644);
    expect_request(0);
    expect_request(1);
    Packet packet;
    packet.set_type(Packet::PACKET_DATA);
    packet.set_id(0);
    packet.set_data("half");
    send(packet);
    data(1, "whole"); // follows the half
    for (int i = 0; i < 500 && tree.names("out").empty(); ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    EXPECT_THAT(tree.names("out"), ElementsAre("whole"));
    data(0, " and the rest");
    end_list();
    end_well();
    EXPECT_EQ(tree.content("out/half"), "half and the rest");
}

TEST_F(LocalOutputTest, GarbageEndsTheTransfer) {
    start();
    call->stream().write("\x0a\xff");
    EXPECT_THAT(refusal(), HasSubstr("cannot parse a packet"));
}

TEST_F(LocalOutputTest, EndsIfTheConnectionBreaks) {
    add_file_send(services, {{0, OutputDirectory{tree / "out", false}}});
    test::BrokenStream stream;
    buildkit::Request request{method, {}, stream};
    EXPECT_EQ((*services.find(method))(request).message, "not HTTP/2");
}

TEST_F(LocalOutputTest, NamesAnUnknownKindOfFile) {
    start();
    list("odd", 1u << 19 | 0644);
    EXPECT_THAT(refusal(), HasSubstr((tree / "out/odd").string()));
}

TEST_F(LocalOutputTest, CreatesDevicesForRoot) {
    if (::geteuid() != 0)
        GTEST_SKIP() << "needs root";
    start();
    Packet packet;
    packet.mutable_stat()->set_path("null");
    packet.mutable_stat()->set_mode(character | 0666);
    packet.mutable_stat()->set_devmajor(1);
    packet.mutable_stat()->set_devminor(3);
    send(packet);
    end_list();
    auto answer = next();
    if (answer.type() == Packet::PACKET_ERR)
        GTEST_SKIP() << answer.data();
    EXPECT_EQ(tree.status("out/null").st_mode, S_IFCHR | 0666u);
    EXPECT_EQ(tree.status("out/null").st_rdev, 0x103u);
}

TEST_F(LocalOutputTest, RequestsAFewFilesAtATime) {
    start();
    std::set<std::uint32_t> asked;
    for (int i = 0; i < 40; ++i)
        list(fmt::format("{:02}", i), 0644);
    end_list();
    for (std::uint32_t i = 0; i < 32; ++i)
        expect_request(i);
    for (std::uint32_t i = 0; i < 40; ++i) {
        data(i, std::to_string(i));
        if (i + 32 < 40)
            expect_request(i + 32);
    }
    end_well();
    EXPECT_EQ(tree.content("out/39"), "39");
}

} // namespace
} // namespace berth::session
