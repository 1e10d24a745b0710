// SPDX-License-Identifier: Apache-2.0
#include "berth/process/standard_input.hpp"
#include "berth/util/error.hpp"
#include "berth/util/file.hpp"

#include <gtest/gtest.h>

#include <thread>
#include <unistd.h>

namespace berth::process {
namespace {

class StandardInputTest : public ::testing::Test {
  protected:
    StandardInputTest() {
        int ends[2];
        EXPECT_EQ(::pipe(ends), 0);
        reader = FileDescriptor(ends[0]);
        writer = FileDescriptor(ends[1]);
    }
    std::string read(StandardInput &in) {
        char buffer[100];
        return {buffer, in.read(buffer, sizeof buffer)};
    }

    Cancellation cancellation;
    FileDescriptor reader, writer;
};

TEST_F(StandardInputTest, ReturnsAvailableBytesAndTheEnd) {
    StandardInput in(cancellation, reader.get());
    ASSERT_EQ(::write(writer.get(), "some", 4), 4);
    EXPECT_EQ(read(in), "some");
    writer.close();
    EXPECT_EQ(read(in), "");
}

TEST_F(StandardInputTest, StopsAWaitingReader) {
    StandardInput in(cancellation, reader.get());
    std::thread stopper([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
        in.stop();
    });
    EXPECT_EQ(read(in), "");
    stopper.join();
    ASSERT_EQ(::write(writer.get(), "late", 4), 4);
    EXPECT_EQ(read(in), "") << "stopped";
    in.resume();
    EXPECT_EQ(read(in), "late");
}

TEST_F(StandardInputTest, ACancelEndsIt) {
    StandardInput in(cancellation, reader.get());
    std::thread canceller([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
        cancellation.cancel();
    });
    EXPECT_THROW(read(in), Error);
    canceller.join();
}

} // namespace
} // namespace berth::process
