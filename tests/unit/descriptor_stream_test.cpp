// SPDX-License-Identifier: Apache-2.0
// What several threads write to standard error.
#include "berth/util/descriptor_stream.hpp"
#include "berth/util/strings.hpp"

#include "temporary_tree.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <fcntl.h>
#include <map>
#include <poll.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace berth {
namespace {

class DescriptorStreamTest : public ::testing::Test {
  protected:
    test::TemporaryTree tree;
    FileDescriptor file{::open((tree / "out").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600)};
};

TEST_F(DescriptorStreamTest, LinesOfSeveralThreadsStayWhole) {
    constexpr int threads = 4, lines = 2000;
    DescriptorBuffer buffer(file.get());
    std::vector<std::string> line;
    for (int i = 0; i < threads; ++i)
        line.push_back(
            std::string(10 + static_cast<std::size_t>(i) * 3000, static_cast<char>('a' + i)) +
            "\n");
    {
        std::vector<std::jthread> writers;
        for (int i = 0; i < threads; ++i)
            writers.emplace_back([&, i] {
                std::ostream stream(&buffer);
                for (int k = 0; k < lines; ++k)
                    stream << line[static_cast<std::size_t>(i)] << std::flush;
            });
    }
    std::map<std::string, int> counts;
    for (auto &text : split(tree.content("out"), '\n'))
        ++counts[text + "\n"];
    counts.erase("\n"); // after the last one
    EXPECT_EQ(counts.size(), line.size());
    for (const auto &one : line)
        EXPECT_EQ(counts[one], lines) << one.front();
}

// std::cerr flushes std::cout before it writes: progress goes on while an image waits for its
// reader.
TEST_F(DescriptorStreamTest, AFlushDoesNotWaitForAnotherThreadsWrite) {
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    FileDescriptor reader(ends[0]), writer(ends[1]);
    DescriptorBuffer buffer(writer.get());
    std::string image(1 << 20, 'x'), received;
    std::atomic<bool> written = false;
    std::jthread thread([&] {
        buffer.sputn(image.data(), static_cast<std::streamsize>(image.size()));
        written = true;
    });
    pollfd readable{.fd = reader.get(), .events = POLLIN, .revents = 0};
    ASSERT_EQ(::poll(&readable, 1, 10'000), 1);
    EXPECT_EQ(buffer.pubsync(), 0);
    EXPECT_FALSE(written);
    char part[65536];
    while (received.size() < image.size())
        received.append(part, static_cast<std::size_t>(::read(reader.get(), part, sizeof part)));
    EXPECT_EQ(received, image);
}

TEST_F(DescriptorStreamTest, KeepsTheOrderOfSmallAndLarge) {
    std::string expected;
    {
        DescriptorStream stream(file.get());
        for (std::size_t size : {1, 8190, 2, 8192, 1, 8193, 100'000, 3}) {
            std::string text(size, static_cast<char>('a' + size % 26));
            stream << text << '|';
            expected += text + '|';
        }
        stream.put('\xff');
        expected += '\xff';
    }
    EXPECT_EQ(tree.content("out"), expected);
}

} // namespace
} // namespace berth
