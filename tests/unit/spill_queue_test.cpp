// SPDX-License-Identifier: Apache-2.0
#include "berth/util/spill_queue.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace berth {
namespace {

TEST(SpillQueueTest, KeepsTheOrderInMemoryAndOnDisk) {
    SpillQueue queue(10);
    std::string message;
    for (int round = 0; round < 3; ++round) {
        for (int i = 0; i < 50; ++i)
            queue.push("message " + std::to_string(i));
        queue.push("");
        for (int i = 0; i < 50; ++i) {
            ASSERT_TRUE(queue.pop(message));
            EXPECT_EQ(message, "message " + std::to_string(i));
            if (i == 20)
                queue.push("late");
        }
        ASSERT_TRUE(queue.pop(message));
        EXPECT_EQ(message, "");
        ASSERT_TRUE(queue.pop(message));
        EXPECT_EQ(message, "late");
    }
    queue.push("last");
    queue.close();
    EXPECT_TRUE(queue.pop(message));
    EXPECT_FALSE(queue.pop(message));
}

TEST(SpillQueueTest, AReaderWaits) {
    SpillQueue queue(1000);
    std::thread writer([&] {
        for (int i = 0; i < 20000; ++i)
            queue.push(std::to_string(i));
        queue.close();
    });
    std::string message;
    int count = 0;
    while (queue.pop(message))
        EXPECT_EQ(message, std::to_string(count++));
    writer.join();
    EXPECT_EQ(count, 20000);
}

} // namespace
} // namespace berth
