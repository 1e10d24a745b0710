// SPDX-License-Identifier: Apache-2.0
// Completion of values with key=value fields, like `type=local,dest=…`.
#pragma once

#include "berth/cli/complete.hpp"

#include <string>
#include <vector>

namespace berth::cli {

struct Field {
    std::string key, description;
    std::string values = {}; // a|b|c; FILE; empty: anything
};

// One `type=` with its fields; without a type, fields that need none.
struct FieldForm {
    std::string type, description;
    std::vector<Field> fields = {};
};

// `word` up to the cursor; candidates are whole words.
Completion complete_fields(const std::string &word, const std::vector<FieldForm> &forms);

// Files that begin with `path`; directories end with `/`.
std::vector<Candidate> files_like(const std::string &path, const std::string &prefix);

const std::vector<FieldForm> &output_forms();
const std::vector<FieldForm> &cache_forms(bool to);
const std::vector<FieldForm> &secret_forms();
const std::vector<FieldForm> &attestation_forms();

} // namespace berth::cli
