// SPDX-License-Identifier: Apache-2.0
#include "berth/session/file_sync.hpp"
#include "berth/util/file.hpp"

#include "buildkit/fsutil.pb.h"
#include "session_call.hpp"
#include "temporary_tree.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <map>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace berth::session {
namespace {

using fsutil::types::Packet;
using fsutil::types::Stat;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr const char *diff_copy = "/moby.filesync.v1.FileSync/DiffCopy";

class FileSyncTest : public ::testing::Test {
  protected:
    void start(buildkit::Metadata metadata = {}, SourceDirectory directory = {}) {
        directory.path = tree.path();
        add_file_sync(services, {{"context", directory}});
        metadata.emplace("dir-name", "context");
        call.emplace(services, diff_copy, std::move(metadata));
    }
    Packet next() {
        Packet packet;
        EXPECT_TRUE(buildkit::read(call->stream(), packet));
        return packet;
    }
    // Up to the end of the list.
    std::vector<Stat> list() {
        std::vector<Stat> all;
        for (auto packet = next(); packet.has_stat(); packet = next()) {
            EXPECT_EQ(packet.type(), Packet::PACKET_STAT);
            all.push_back(packet.stat());
        }
        return all;
    }
    std::vector<std::string> paths() {
        std::vector<std::string> all;
        for (const auto &stat : list())
            all.push_back(stat.path());
        return all;
    }
    void send(Packet::PacketType type, std::uint32_t id = 0) {
        Packet packet;
        packet.set_type(type);
        packet.set_id(id);
        buildkit::write(call->stream(), packet);
    }
    // The content of files, until each has ended; the text of an error packet as "ERR …".
    std::map<std::uint32_t, std::string> fetch(const std::vector<std::uint32_t> &ids) {
        for (auto id : ids)
            send(Packet::PACKET_REQ, id);
        std::map<std::uint32_t, std::string> files;
        for (std::size_t ended = 0; ended < ids.size();) {
            auto packet = next();
            if (packet.type() == Packet::PACKET_ERR)
                return {{0, "ERR " + packet.data()}};
            EXPECT_EQ(packet.type(), Packet::PACKET_DATA);
            files[packet.id()] += packet.data();
            ended += packet.data().empty();
        }
        return files;
    }
    void end_well() {
        send(Packet::PACKET_FIN);
        EXPECT_EQ(next().type(), Packet::PACKET_FIN);
        EXPECT_TRUE(call->finish().ok());
    }

    test::TemporaryTree tree;
    buildkit::Services services;
    std::optional<test::SessionCall> call;
};

TEST_F(FileSyncTest, DescribesEachKindOfFileLikeGo) {
    tree.folder("dir");
    tree.file("file", "12345");
    ::chmod((tree / "dir").c_str(), 01755);
    ::chmod((tree / "file").c_str(), 06751);
    tree.link("link", "some/target");
    ASSERT_EQ(::mkfifo((tree / "pipe").c_str(), 0600), 0);
    ::chmod((tree / "pipe").c_str(), 0640);
    tree.time("dir", 1, 2);
    tree.time("file", 1'700'000'000, 123'456'789);
    tree.time("link", -1, 5);
    start();
    auto all = list();
    ASSERT_THAT(all, SizeIs(4));
    auto shown = [](const Stat &stat) {
        return fmt::format("{} {:o} {}:{} {} {} {}", stat.path(), stat.mode(), stat.uid(),
                           stat.gid(), stat.size(), stat.mod_time(), stat.linkname());
    };
    // As fsutil printed them for such a tree.
    EXPECT_EQ(shown(all[0]), "dir 20004000755 0:0 0 1000000002 ");
    EXPECT_EQ(shown(all[1]), "file 60000751 0:0 5 1700000000123456789 ");
    EXPECT_EQ(shown(all[2]), "link 1000000777 0:0 11 -999999995 some/target");
    EXPECT_EQ(all[3].mode(), 0200000640u);
    end_well();
}

TEST_F(FileSyncTest, SendsOnlyRequestedFiles) {
    tree.file("a", "first");
    tree.file("b", std::string(1'000'000, 'b'));
    tree.file("c", "");
    tree.file("d", "never asked for");
    start();
    EXPECT_THAT(paths(), ElementsAre("a", "b", "c", "d"));
    std::filesystem::remove(tree / "d"); // ignored
    auto files = fetch({2, 1, 0});
    EXPECT_EQ(files[0], "first");
    EXPECT_EQ(files[1], std::string(1'000'000, 'b'));
    EXPECT_EQ(files[2], "");
    end_well();
}

TEST_F(FileSyncTest, ReadsPatternsFromTheHeaders) {
    for (auto file : {"a/x", "a/y", "b", "\xc3\xa9 c"})
        tree.file(file);
    start({{"followpaths", "a"},
           {"followpaths", "%C3%A9+c"},
           {"followpaths-encoded", "1"},
           {"exclude-patterns", "a/x"}});
    EXPECT_THAT(paths(), ElementsAre("a", "a/y", "\xc3\xa9 c"));
    end_well();
}

TEST_F(FileSyncTest, ASecondNameOfAFileIsALink) {
    tree.file("one", "content");
    std::filesystem::create_hard_link(tree / "one", tree / "two");
    start();
    auto all = list();
    ASSERT_THAT(all, SizeIs(2));
    EXPECT_EQ(all[0].linkname(), "");
    EXPECT_EQ(all[1].linkname(), "one");
    EXPECT_EQ(all[1].size(), 7);
    end_well();
}

TEST_F(FileSyncTest, ASocketIsAnEmptyFile) {
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    auto path = (tree / "socket").string();
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    FileDescriptor socket(::socket(AF_UNIX, SOCK_STREAM, 0));
    ASSERT_EQ(::bind(socket.get(), reinterpret_cast<sockaddr *>(&address), sizeof address), 0);
    start();
    auto all = list();
    ASSERT_THAT(all, SizeIs(1));
    EXPECT_EQ(all[0].mode() & ~0777u, 0u);
    EXPECT_EQ(fetch({0})[0], "");
    end_well();
}

TEST_F(FileSyncTest, AFileThatGrewOrShrankIsSentInItsCurrentState) {
    tree.file("grown", "1");
    tree.file("shrunk", "12345");
    start();
    EXPECT_THAT(list(), SizeIs(2));
    tree.file("grown", "123");
    tree.file("shrunk", "1");
    auto files = fetch({0, 1});
    EXPECT_EQ(files[0], "123");
    EXPECT_EQ(files[1], "1");
    end_well();
}

TEST_F(FileSyncTest, NamesAVanishedFile) {
    tree.file("gone");
    start();
    EXPECT_THAT(list(), SizeIs(1));
    std::filesystem::remove(tree / "gone");
    EXPECT_EQ(fetch({0})[0],
              "ERR " + (tree / "gone").string() + " changed while the build read it");
    auto status = call->finish();
    EXPECT_THAT(status.message, HasSubstr("gone changed"));
}

TEST_F(FileSyncTest, DoesNotOpenAReplacementOfAFile) {
    tree.file("file");
    tree.file("elsewhere", "secret");
    start({{"exclude-patterns", "elsewhere"}});
    EXPECT_THAT(list(), SizeIs(1));
    std::filesystem::remove(tree / "file");
    tree.link("file", "elsewhere");
    EXPECT_THAT(fetch({0})[0], HasSubstr("changed while the build read it"));
    call->finish();
}

TEST_F(FileSyncTest, APipeInAFilesPlaceDoesNotBlock) {
    tree.file("file");
    start();
    EXPECT_THAT(list(), SizeIs(1));
    std::filesystem::remove(tree / "file");
    ASSERT_EQ(::mkfifo((tree / "file").c_str(), 0600), 0);
    EXPECT_THAT(fetch({0})[0], HasSubstr("changed while the build read it"));
    call->finish();
}

TEST_F(FileSyncTest, NamesAnUnreadableRequestedFile) {
    if (::geteuid() == 0)
        GTEST_SKIP() << "root reads everything";
    tree.file("locked");
    ::chmod((tree / "locked").c_str(), 0);
    start();
    EXPECT_THAT(list(), SizeIs(1));
    EXPECT_THAT(fetch({0})[0], HasSubstr("locked: Permission denied"));
    call->finish();
}

TEST_F(FileSyncTest, RefusesNumbersThatWereNotListed) {
    tree.folder("dir");
    tree.file("file");
    for (std::uint32_t id : {0u, 2u, 4'000'000'000u}) { // a directory, and nothing
        start();
        EXPECT_THAT(list(), SizeIs(2));
        EXPECT_EQ(fetch({id})[0], fmt::format("ERR invalid file id {}", id));
        EXPECT_FALSE(call->finish().ok());
    }
}

TEST_F(FileSyncTest, RefusesToSendAFileTwice) {
    tree.file("file");
    start();
    EXPECT_THAT(list(), SizeIs(1));
    EXPECT_EQ(fetch({0})[0], "x");
    EXPECT_EQ(fetch({0})[0], "ERR invalid file id 0");
    EXPECT_FALSE(call->finish().ok());
}

TEST_F(FileSyncTest, SendsFilesWhileListing) {
    for (int i = 0; i < 500; ++i)
        tree.file(fmt::format("{:03}", i), std::to_string(i));
    start();
    std::map<std::uint32_t, std::string> files;
    std::size_t listed = 0, ended = 0;
    bool all_listed = false;
    while (!all_listed || ended < listed) {
        auto packet = next();
        if (packet.has_stat())
            send(Packet::PACKET_REQ, static_cast<std::uint32_t>(listed++));
        else if (packet.type() == Packet::PACKET_STAT)
            all_listed = true;
        else
            files[packet.id()] += packet.data(), ended += packet.data().empty();
    }
    EXPECT_THAT(files, SizeIs(500));
    EXPECT_EQ(files[317], "317");
    end_well();
}

TEST_F(FileSyncTest, AnErrorOfTheReceiverIsTheStatus) {
    start();
    Packet packet;
    packet.set_type(Packet::PACKET_ERR);
    packet.set_data("no space left");
    buildkit::write(call->stream(), packet);
    EXPECT_EQ(call->finish().message, "error from receiver: no space left");
}

// The list is then written to a stream that has failed.
TEST_F(FileSyncTest, AnErrorOfTheReceiverExplainsAFailedStream) {
    for (int i = 0; i < 500; ++i)
        tree.file(fmt::format("{:03}", i), "");
    start();
    Packet packet;
    packet.set_type(Packet::PACKET_ERR);
    packet.set_data("no space left");
    buildkit::write(call->stream(), packet);
    call->fail({buildkit::StatusCode::cancelled, "reset by the peer", {}});
    EXPECT_EQ(call->finish().message, "error from receiver: no space left");
}

TEST_F(FileSyncTest, GarbageEndsTheTransfer) {
    start();
    call->stream().write("\xff\xff\xff garbage");
    EXPECT_THAT(call->finish().message, HasSubstr("cannot parse a packet"));
}

TEST_F(FileSyncTest, EndsWithThePeer) {
    tree.file("file");
    start();
    EXPECT_EQ(call->finish().code, buildkit::StatusCode::cancelled);
}

TEST_F(FileSyncTest, EndsWhenTheConnectionBreaksInTheMiddle) {
    for (int i = 0; i < 300; ++i) // more than the stream holds
        tree.file(std::to_string(i));
    start();
    next();
    call->fail({buildkit::StatusCode::unavailable, "broken", {}});
    EXPECT_EQ(call->finish().message, "broken");
}

TEST_F(FileSyncTest, EndsIfTheConnectionBreaks) {
    tree.file("file");
    add_file_sync(services, {{"context", {tree.path()}}});
    test::BrokenStream stream;
    buildkit::Request request{diff_copy, {{"dir-name", "context"}}, stream};
    EXPECT_EQ((*services.find(diff_copy))(request).message, "not HTTP/2");
}

TEST_F(FileSyncTest, AnUnknownDirectoryIsRefused) {
    add_file_sync(services, {});
    call.emplace(services, diff_copy, buildkit::Metadata{{"dir-name", "../etc"}});
    auto status = call->finish();
    EXPECT_EQ(status.code, buildkit::StatusCode::not_found);
    EXPECT_EQ(status.message, "no access allowed to dir \"../etc\"");
}

TEST_F(FileSyncTest, NamesAMissingDirectoryToTheReceiver) {
    add_file_sync(services, {{"context", {.path = tree / "none"}}});
    call.emplace(services, diff_copy, buildkit::Metadata{{"dir-name", "context"}});
    auto packet = next();
    EXPECT_EQ(packet.type(), Packet::PACKET_ERR);
    EXPECT_THAT(packet.data(), HasSubstr((tree / "none").string()));
    EXPECT_FALSE(call->finish().ok());
}

TEST_F(FileSyncTest, ARewrittenFileOfTheSameSizeAndTimeGetsOtherNanoseconds) {
    auto time_of = [&](std::int64_t distrust_after) {
        start({}, {.path = {}, .distrust_after_ns = distrust_after});
        auto time = list().at(0).mod_time();
        end_well();
        return time;
    };
    constexpr std::int64_t second = 1'000'000'000, time = 1'600'000'000 * second + 7'123'456;
    tree.file("file", "old");
    tree.time("file", 1'600'000'000, 7'123'456);
    EXPECT_EQ(time_of(std::numeric_limits<std::int64_t>::max()), time);
    auto status = tree.status("file");
    auto changed = status.st_ctim.tv_sec * second + status.st_ctim.tv_nsec;
    EXPECT_EQ(time_of(changed), time); // it did not change after that
    auto first = time_of(changed - 1);
    EXPECT_NE(first, time);
    EXPECT_EQ(first / 1'000'000, time / 1'000'000);
    EXPECT_EQ(time_of(changed - 1), first); // the same until it changes

    while (tree.status("file").st_ctim.tv_nsec == status.st_ctim.tv_nsec) {
        tree.file("file", "new");
        tree.time("file", 1'600'000'000, 7'123'456);
    }
    EXPECT_NE(time_of(changed - 1), first);
}

} // namespace
} // namespace berth::session
