// SPDX-License-Identifier: Apache-2.0
// Several readers of an archive that can be read once.
#include "berth/util/error.hpp"

#include "../../src/job/rereadable.hpp"
#include "support/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <fstream>

namespace berth::job {
namespace {

session::ByteSource source_of(std::string text) {
    return [text = std::move(text), at = std::size_t{0}](char *buffer, std::size_t size) mutable {
        auto count = std::min({size, text.size() - at, std::size_t{3}});
        std::memcpy(buffer, text.data() + at, count);
        at += count;
        return count;
    };
}

std::string read(session::ByteSource &source, std::size_t most) {
    std::string text(most, '\0');
    std::size_t size = 0;
    while (size < most) {
        auto count = source(text.data() + size, most - size);
        if (count == 0)
            break;
        size += count;
    }
    text.resize(size);
    return text;
}

TEST(RereadableTest, EachCopyBeginsAtTheBeginning) {
    const auto source = rereadable(source_of("0123456789"));
    auto first = source, second = source, third = source;
    EXPECT_EQ(read(first, 4), "0123");
    EXPECT_EQ(read(second, 100), "0123456789"); // farther than the first
    EXPECT_EQ(read(first, 100), "456789");
    EXPECT_EQ(read(third, 100), "0123456789");
    EXPECT_EQ(read(third, 100), "");
}

TEST(RereadableTest, AnErrorOfTheSourceReachesEachReader) {
    const auto source = rereadable(
        [](char *, std::size_t) -> std::size_t { throw Error("standard input is gone"); });
    for (auto copy : {source, source})
        EXPECT_THROW(read(copy, 1), Error);
}

TEST(RereadableTest, KeepsNoFileWithAName) {
    test::TemporaryDirectory folder;
    auto before = std::getenv("TMPDIR");
    std::string old = before == nullptr ? "" : before;
    ::setenv("TMPDIR", folder.path().c_str(), 1);
    auto source = rereadable(source_of("0123456789"));
    EXPECT_EQ(read(source, 4), "0123");
    EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
    ::setenv("TMPDIR", (folder.path() / "none").c_str(), 1);
    const auto other = rereadable(source_of("0123456789"));
    auto first = other, second = other;
    EXPECT_EQ(read(first, 4), "0123");
    EXPECT_EQ(read(first, 100), "456789");
    try {
        read(second, 4);
        ADD_FAILURE() << "the bytes are gone";
    } catch (const Error &error) {
        EXPECT_STREQ(error.what(), "cannot create the temporary file of the archive on standard "
                                   "input: No such file or directory");
    }
    if (before == nullptr)
        ::unsetenv("TMPDIR");
    else
        ::setenv("TMPDIR", old.c_str(), 1);
}

} // namespace
} // namespace berth::job
