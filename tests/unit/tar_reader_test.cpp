// SPDX-License-Identifier: Apache-2.0
// Reading archives, including damaged and hostile ones.
#include "berth/util/error.hpp"
#include "berth/util/tar.hpp"
#include "berth/util/tar_reader.hpp"

#include "tar_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace berth {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<std::string> members(const std::string &text, std::size_t piece = 100'000) {
    std::vector<std::string> result;
    TarReader reader(job::reader(text, piece));
    while (auto entry = reader.next())
        result.push_back(entry->path + "|" + entry->type + "|" + entry->link_target + "|" +
                         reader.read_all(10'000));
    return result;
}

std::string failure(const std::string &text) {
    try {
        members(text);
    } catch (const Error &error) {
        return error.what();
    }
    return "nothing";
}

TEST(TarReaderTest, MembersWithTheirContents) {
    auto text = job::tar({{.path = "dir", .type = '5'},
                          {.path = "dir/a", .content = std::string(600, 'x')},
                          {.path = "empty"},
                          {.path = "link", .type = '2', .target = "dir/a"}});
    for (std::size_t piece : {1u, 7u, 512u, 100'000u})
        EXPECT_THAT(members(text, piece),
                    ElementsAre("dir|5||", "dir/a|0||" + std::string(600, 'x'), "empty|0||",
                                "link|2|dir/a|"))
            << piece;
}

TEST(TarReaderTest, ContentThatIsNotReadIsPassedOver) {
    auto text = job::tar({{.path = "a", .content = std::string(5000, 'x')}, {.path = "b"}});
    TarReader reader(job::reader(text));
    char buffer[10];
    ASSERT_TRUE(reader.next());
    EXPECT_EQ(reader.read(buffer, sizeof buffer), sizeof buffer);
    EXPECT_EQ(reader.next()->path, "b");
    EXPECT_FALSE(reader.next());
}

TEST(TarReaderTest, LongNamesOfPaxAndGnu) {
    std::string name(300, 'n');
    EXPECT_THAT(members(job::pax_path(name) + job::tar({{.path = "cut", .content = "1"}})),
                ElementsAre(name + "|0||1"));
    std::string gnu;
    append_tar_header(gnu, {.path = name, .type = TarMember::symlink, .link_target = name + "2"});
    append_tar_end(gnu);
    EXPECT_THAT(members(gnu), ElementsAre(name + "|2|" + name + "2|"));
}

TEST(TarReaderTest, ASizeBeyondOctalDigits) {
    std::string text;
    append_tar_header(text, {.path = "big", .size = 1ull << 40});
    TarReader reader(job::reader(text));
    EXPECT_EQ(reader.next()->size, 1ull << 40);
    char buffer[10];
    EXPECT_THROW(reader.read(buffer, sizeof buffer), Error);
    EXPECT_THROW(reader.read_all(1000), Error) << "and takes no memory";
}

TEST(TarReaderTest, DamagedArchivesAreErrors) {
    auto text = job::tar({{.path = "a", .content = "content"}});
    EXPECT_THAT(failure(text.substr(0, 100)), HasSubstr("ends unexpectedly"));
    EXPECT_THAT(failure(text.substr(0, 515)), HasSubstr("ends in a"));
    auto changed = text;
    changed[0] = 'b';
    EXPECT_THAT(failure(changed), HasSubstr("checksum"));
    for (const auto *record : {"7 path=", "999 path=x\n", "x path=x\n", "-1 path=x\n", "path",
                               "12 size=-10\n", "11 nothing\n", "3 =", "9223372036854775807 a=b\n"})
        EXPECT_THAT(failure(job::tar({{.path = "p", .type = 'x', .content = record}})),
                    HasSubstr("pax header"))
            << record;
    EXPECT_EQ(failure(""), "nothing");
}

TEST(TarReaderTest, AHugeHeaderIsNotRead) {
    std::string text;
    append_tar_header(text, {.path = "p", .size = 1ull << 45});
    text[156] = 'x';
    unsigned sum = 0;
    for (std::size_t i = 0; i < 512; ++i)
        sum += i >= 148 && i < 156 ? ' ' : static_cast<unsigned char>(text[i]);
    std::snprintf(text.data() + 148, 8, "%06o", sum);
    text[155] = ' ';
    EXPECT_THAT(failure(text), HasSubstr("larger than"));
}

} // namespace
} // namespace berth
