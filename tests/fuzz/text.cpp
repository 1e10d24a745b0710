// SPDX-License-Identifier: Apache-2.0
// Texts from users, in files of a context and on command lines.
#include "berth/builder/driver_options.hpp"
#include "berth/builder/platform.hpp"
#include "berth/context/ignore.hpp"
#include "berth/gotemplate/template.hpp"
#include "berth/image/tag.hpp"
#include "berth/job/attestations.hpp"
#include "berth/job/contexts.hpp"
#include "berth/job/dockerfile_outline.hpp"
#include "berth/job/flag_values.hpp"
#include "berth/job/local_cache.hpp"
#include "berth/job/output.hpp"
#include "berth/job/secrets.hpp"
#include "berth/util/encoding.hpp"
#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"
#include "berth/util/tar_reader.hpp"
#include "berth/util/units.hpp"

#include "fuzz_input.hpp"

#include <nlohmann/json.hpp>

#include <cstring>

namespace {

using namespace berth;

template<class Parse>
void parse(Parse &&parse) {
    try {
        parse();
    } catch (const Error &) {
    }
}

void read_archive(std::string_view bytes) {
    TarReader reader([&bytes](char *buffer, std::size_t size) {
        auto count = std::min(size, bytes.size());
        std::memcpy(buffer, bytes.data(), count);
        bytes.remove_prefix(count);
        return count;
    });
    while (reader.next())
        reader.read_all(1u << 20);
}

void read_flags(const std::string &text) {
    const Environment environment(std::map<std::string, std::string>{});
    parse([&] { job::read_outputs({.outputs = {text}}, false); });
    parse([&] { job::read_cache_options({.cache_from = {text}, .cache_to = {text}}); });
    parse([&] { job::read_secrets({text}, environment); });
    parse([&] { job::read_attestations({text}); });
    parse([&] { job::read_named_context(text); });
    parse([&] { job::read_hosts({text}); });
    parse([&] { job::read_ulimits({text}); });
    parse([&] { job::read_resources({text}); });
    parse([&] { builder::read_driver_options(builder::parse_driver_options({text})); });
    parse([&] { builder::parse_platform(text); });
    parse([&] { image::check_tag(text); });
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
    auto text = std::string(fuzz::bytes(data, size));
    // The output must never contain control sequences.
    if (printable(text).find_first_of("\x1b\n\r\x7f") != std::string::npos)
        __builtin_trap();
    if (base64_decode(base64_encode(text)) != text)
        __builtin_trap();
    parse([&] {
        auto patterns = context::IgnorePatterns::parse(text, ".dockerignore");
        patterns.decide("a/b.c", patterns.root());
    });
    parse([&] {
        const nlohmann::json fields = {{"Name", "a"}, {"List", {1, 2}}, {"Map", {{"k", "v"}}}};
        gotemplate::Template(text).render(fields);
    });
    parse([&] { parse_csv_line(text); });
    parse([&] { read_archive(text); });
    parse_bytes(text);
    parse_duration(text);
    parse_rfc3339(text);
    job::read_outline(text);
    if (size < 1024)
        read_flags(text);
    return 0;
}
