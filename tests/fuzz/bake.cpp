// SPDX-License-Identifier: Apache-2.0
// Definition files of bake in each of their forms: read, resolved, and printed. What --print writes
// is a definition again.
#include "berth/bake/build_options.hpp"
#include "berth/bake/definition.hpp"
#include "berth/bake/print.hpp"
#include "berth/bake/resolve.hpp"
#include "berth/util/error.hpp"

#include "fuzz_input.hpp"

namespace {

using namespace berth;
using namespace berth::bake;

Definition read(const std::string &name, const std::string &text) {
    return read_definition({{.name = name, .text = text}}, {.variables = {{"V", "1,2"}}},
                           Environment({{"TAG", "x"}}));
}

void resolve(const Definition &definition) {
    Access access = read_access({});
    to_json(list_targets(definition.config));
    to_json(definition.variables);
    auto selection =
        select(definition.config, {"*"}, {"*.tags+=x", "*.args.A=b"}, Environment(), access);
    auto printed = json_text(to_json(selection));
    read("printed.json", printed);
    prepare(selection, nullptr, Environment());
    missing_access(access, named_targets(selection, nullptr, Environment()), Environment());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
    const std::string text(fuzz::bytes(data, size));
    for (const auto *name : {"compose.yaml", "docker-bake.json", "docker-bake.hcl", "unknown"}) {
        try {
            resolve(read(name, text));
        } catch (const Error &) {
            // a definition with an error
        }
    }
    return 0;
}
