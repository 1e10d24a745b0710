// SPDX-License-Identifier: Apache-2.0
// A case of tests/corpus: a directory with what a build needs, and what of it is compared when
// berth and docker buildx ran it. tests/corpus/README.md says what is in the directory.
#pragma once

#include "support.hpp"

#include <filesystem>
#include <map>
#include <ostream>
#include <string>
#include <vector>

namespace berth::test {

// What a run showed: aspect ("exit code", "image", "files", …) → lines.
using Observation = std::map<std::string, std::vector<std::string>>;

struct CorpusCase {
    std::string name;
    std::filesystem::path folder;
    // From the file `expected-difference`: aspect → the row of docs/compatibility.md that says why.
    std::map<std::string, std::string> expected_differences;
};

inline std::ostream &operator<<(std::ostream &out, const CorpusCase &test) {
    return out << test.name;
}

// Every directory of tests/corpus, by name. Throws when a file of a case cannot be understood.
std::vector<CorpusCase> corpus_cases();

// What a program is run with, apart from the case.
struct CorpusSurroundings {
    std::string program; // `build` of the case's command starts it: berth or docker-buildx
    std::string builder;
    std::string site, site_address; // a directory, and the URL at which the builder finds it
    std::string tag;                // image that the case may load
    Variables variables;
};

// Copies the case to `work` (which is emptied first), runs its set-up and its command there.
Observation run_corpus_case(const CorpusCase &test, const std::filesystem::path &work,
                            const CorpusSurroundings &surroundings);

// For a person: each aspect that differs, with the lines that only one side has.
std::map<std::string, std::string> corpus_differences(const Observation &ours,
                                                      const Observation &theirs);

} // namespace berth::test
