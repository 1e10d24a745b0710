// Manifests: their text, and what one needs to become another.
#include "berth/context/context_tree.hpp"
#include "berth/util/encoding.hpp"
#include "berth/util/error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <random>

namespace berth::context {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Entry folder(const char *path, std::int64_t mtime = 1) {
    return {.path = path, .type = Entry::Type::directory, .mode = 0755, .mtime_ns = mtime};
}
Entry file(const char *path, std::int64_t mtime = 1) {
    return {.path = path, .mode = 0644, .size = 3, .mtime_ns = mtime, .ctime_ns = 5, .inode = 7};
}
Entry symlink(const char *path, const char *target) {
    return {.path = path, .type = Entry::Type::symlink, .mode = 0777, .link_target = target};
}
Entry hard_link(const char *path, const char *target) {
    return {.path = path, .mode = 0644, .link_target = target, .hard_link = true};
}

// In pieces of so many bytes.
Manifest parse(std::string_view text, std::size_t piece = std::string_view::npos) {
    Manifest manifest;
    ManifestReader reader([&manifest](const Entry &entry) { manifest.entries.add(entry); });
    for (; !text.empty(); text.remove_prefix(std::min(piece, text.size())))
        reader.feed(text.substr(0, piece));
    reader.finish();
    return manifest;
}

Manifest sample() {
    auto extreme = file("d/extreme", std::numeric_limits<std::int64_t>::min());
    extreme.size = std::numeric_limits<std::uint64_t>::max();
    extreme.ctime_ns = std::numeric_limits<std::int64_t>::max();
    extreme.inode = std::numeric_limits<std::uint64_t>::max();
    extreme.mode = 07777;
    Entry device{.path = "e", .type = Entry::Type::block, .mode = 0, .device = 0x801};
    return {{file("-rf"), folder("d"), file("d/a\nb\xff"), extreme, hard_link("d/link", "-rf"),
             file("d-e"), device, symlink("l", ""), symlink("m", "a b"), file("z 1 2 3")}};
}

TEST(ManifestTest, RoundTripsExactly) {
    auto manifest = sample();
    auto text = manifest.serialize();
    EXPECT_EQ(manifest.serialized_size(), text.size());
    std::string in_pieces;
    char buffer[7];
    ManifestText pieces(manifest);
    while (auto count = pieces.read(buffer, sizeof buffer))
        in_pieces.append(buffer, count);
    EXPECT_EQ(in_pieces, text);
    auto parsed = parse(text);
    ASSERT_EQ(parsed.entries.size(), manifest.entries.size());
    for (std::size_t i = 0; i < parsed.entries.size(); ++i)
        EXPECT_EQ(parsed.entries[i], manifest.entries[i]) << i;
    EXPECT_EQ(parsed.serialize(), text);
    EXPECT_EQ(parse(text, 7).serialize(), text);
    EXPECT_EQ(manifest.digest(), sha256_hex(text));
    EXPECT_TRUE(parse(Manifest{}.serialize()).entries.empty());
}

TEST(ManifestTest, RefusesWhatSerializeDoesNotWrite) {
    const std::string head("berth-manifest 1\0", 17);
    auto record = [](std::string path, std::string fields = "f 644 0 0 0 0 0 ") {
        return fields + path + '\0';
    };
    std::vector<std::string> texts = {
        "",
        "berth-manifest 2" + std::string(1, '\0'),
        head + "f 644 0 0 0 0 0 a",
        head + "f 644 0 0 0 0 a" + '\0',
        head + record(""),
        head + record("/a"),
        head + record("."),
        head + record(".."),
        head + record("../a"),
        head + record("a/../b"),
        head + record("a/"),
        head + record("a//b"),
        head + record("b") + record("a"),
        head + record("a") + record("a"),
        head + record("a/b"),
        head + record("a") + record("a/b"),
        head + record("a", "d 755 0 0 0 0 0 ") + record("a/b/c"),
        head + record("a", "x 644 0 0 0 0 0 "),
        head + record("a", "f 888 0 0 0 0 0 "),
        head + record("a", "f 10000 0 0 0 0 0 "),
        head + record("a", "f 0644 0 0 0 0 0 "),
        head + record("a", "f 644 -1 0 0 0 0 "),
        head + record("a", "f 644 0 -0 0 0 0 "),
        head + record("a", "f 644 0 00 0 0 0 "),
        head + record("a", "f 644 0  0 0 0 0 "),
        head + record("a", "f 644 18446744073709551616 0 0 0 0 "),
        head + record("a", "l 777 0 0 0 0 0 "),
        head + record("a", "h 644 0 0 0 0 0 ") + record("b", ""),
        head + record("a", "f 644 0 0 0 0 7 "),
        head + record("a", "b 644 1 0 0 0 7 "),
        head + record("a" + std::string(3'000'000, 'a')),
    };
    for (const auto &text : texts)
        EXPECT_THROW(parse(text), Error) << ::testing::PrintToString(text.substr(0, 80));
}

// Longer than what is read at once.
TEST(ManifestTest, ALongOneIsReadAsItComes) {
    Manifest manifest;
    for (int i = 10'000; i < 40'000; ++i)
        manifest.entries.add({.path = "file " + std::to_string(i), .size = 1});
    auto text = manifest.serialize();
    EXPECT_EQ(parse(text, 5000).serialize(), text);
    EXPECT_EQ(parse(text, 65537).serialize(), text);
}

// Whatever is done to a manifest's text, it is refused or means what it says.
TEST(ManifestTest, SurvivesDamage) {
    std::mt19937 random(1);
    auto good = sample().serialize();
    for (int round = 0; round < 20'000; ++round) {
        auto text = good;
        for (int i = 0; i <= round % 3 && !text.empty(); ++i) {
            auto at = random() % text.size();
            switch (random() % 4) {
            case 0:
                text[at] = static_cast<char>(random());
                break;
            case 1:
                text.erase(at, random() % 20 + 1);
                break;
            case 2:
                text.insert(at, text.substr(random() % text.size(), random() % 20));
                break;
            default:
                text.resize(at + 1);
            }
        }
        try {
            EXPECT_EQ(parse(text).serialize(), text);
        } catch (const Error &) {
        }
    }
}

struct Expected {
    std::vector<std::string> remove;
    std::vector<std::string> send;
};
Changes compare(std::initializer_list<Entry> before, const Manifest &after) {
    Comparison comparison(after);
    for (const auto &entry : before)
        comparison.next(entry);
    return comparison.finish();
}
Expected changes(std::initializer_list<Entry> before, std::initializer_list<Entry> after) {
    Manifest target{after};
    auto found = compare(before, target);
    Expected result{found.remove, {}};
    for (auto i : found.send)
        result.send.emplace_back(target.entries[i].path);
    return result;
}

TEST(ManifestCompareTest, SaysWhatToRemoveAndWhatToSend) {
    struct {
        const char *what;
        std::initializer_list<Entry> before, after;
        Expected expected;
    } cases[] = {
        {"nothing", {folder("d"), file("d/a")}, {folder("d"), file("d/a")}, {{}, {}}},
        {"first time", {}, {folder("d"), file("d/a")}, {{}, {"d", "d/a"}}},
        {"all gone", {folder("d"), file("d/a"), file("e")}, {}, {{"d", "e"}, {}}},
        {"changed file, and its folder for its time",
         {folder("d"), file("d/a")},
         {folder("d"), file("d/a", 2)},
         {{}, {"d", "d/a"}}},
        {"only that folder",
         {folder("d"), folder("d/e"), file("d/e/a"), folder("f")},
         {folder("d"), folder("d/e"), file("d/e/a", 2), folder("f")},
         {{}, {"d/e", "d/e/a"}}},
        {"removed file, and its folder for its time",
         {folder("d"), file("d/a"), file("d/b")},
         {folder("d"), file("d/b")},
         {{"d/a"}, {"d"}}},
        {"last file of a folder removed",
         {folder("d"), file("d/a"), file("e")},
         {folder("d"), file("e")},
         {{"d/a"}, {"d"}}},
        {"removed behind the last", {folder("d"), file("d/a")}, {folder("d")}, {{"d/a"}, {"d"}}},
        {"removed folder stands for all in it",
         {folder("d"), folder("d/e"), file("d/e/a"), file("d/f")},
         {folder("d"), file("d/f")},
         {{"d/e"}, {"d"}}},
        {"a sibling's name begins like a removed one's",
         {folder("d"), file("d/a"), file("d-a")},
         {file("d-a")},
         {{"d"}, {}}},
        {"folder's time", {folder("d"), file("d/a")}, {folder("d", 2), file("d/a")}, {{}, {"d"}}},
        {"file to folder", {file("x")}, {folder("x"), file("x/a")}, {{"x"}, {"x", "x/a"}}},
        {"folder to file", {folder("x"), file("x/a"), file("x/b")}, {file("x")}, {{"x"}, {"x"}}},
        {"folder to symlink inside",
         {folder("d"), folder("d/x"), file("d/x/a")},
         {folder("d"), symlink("d/x", "..")},
         {{"d/x"}, {"d", "d/x"}}},
        {"symlink's target", {symlink("l", "a")}, {symlink("l", "b")}, {{}, {"l"}}},
        {"other names of a changed file",
         {file("a"), hard_link("b", "a"), file("c")},
         {file("a", 2), hard_link("b", "a"), file("c")},
         {{}, {"a", "b"}}},
        {"first name gone",
         {file("a"), hard_link("b", "a"), hard_link("c", "a")},
         {file("b"), hard_link("c", "b")},
         {{"a", "b"}, {"b", "c"}}},
        {"new first name", {file("b")}, {file("a"), hard_link("b", "a")}, {{"b"}, {"a", "b"}}},
    };
    for (const auto &c : cases) {
        auto found = changes(c.before, c.after);
        EXPECT_EQ(found.remove, c.expected.remove) << c.what;
        EXPECT_EQ(found.send, c.expected.send) << c.what;
    }
}

TEST(LateTimesTest, AreThoseThatTarCannotKeep) {
    auto old = file("old", -1);
    auto link = symlink("it's", "x");
    link.mtime_ns = 7'900'000'000;
    auto other = symlink("-l", "x");
    other.mtime_ns = 7'100'000'000;
    Manifest manifest{{other, folder("d", 9'000'000'000), hard_link("d/h", "f"), folder("e"),
                       file("f", 8'000'000'000), link, old}};
    EXPECT_EQ(late_times(manifest, {0, 1, 2, 3, 4, 5, 6}),
              "touch -h -d @-1 -- old\ntouch -h -d @7 -- -l 'it'\\''s'\ntouch -h -d @9 -- d\n");
    EXPECT_EQ(late_times(manifest, {1, 4}), "");
}

TEST(RenewedTimesTest, AChangeWithinTheSecondThatKeptTheSizeIsSeen) {
    auto file = [](const char *path, std::uint64_t size, std::int64_t mtime) {
        return Entry{.path = path, .size = size, .mtime_ns = mtime};
    };
    constexpr std::int64_t second = 1'000'000'000;
    Manifest after{{file("a b", 3, 5 * second + 7), file("b", 4, 5 * second + 7),
                    file("c", 3, 6 * second), file("d", 3, 5 * second), hard_link("e", "d"),
                    file("f", 3, 5 * second), file("g", 3, 5 * second)}};
    auto once_hard = hard_link("f", "a");
    once_hard.mtime_ns = 5 * second;
    auto changes =
        compare({file("a b", 3, 5 * second), file("b", 3, 5 * second), file("c", 3, 5 * second),
                 file("e", 0, 0), once_hard, file("g", 3, 5 * second)},
                after);
    EXPECT_EQ(renewed_times(after, changes.renew), "touch -- 'a b'\ntouch -- f\n");
}

} // namespace
} // namespace berth::context
