// SPDX-License-Identifier: Apache-2.0
// A case of tests/corpus: a directory with the files of a build, and the aspects to compare between
// berth and docker buildx. tests/corpus/README.md describes the directory.
#pragma once

#include "support.hpp"

#include <filesystem>
#include <map>
#include <ostream>
#include <string>
#include <vector>

namespace berth::test {

// The result of a run: aspect ("exit code", "image", "files", …) → lines.
using Observation = std::map<std::string, std::vector<std::string>>;

struct CorpusCase {
    std::string name;
    std::filesystem::path folder;
    // From the file `expected-difference`: aspect → the row of docs/compatibility.md with the
    // reason.
    std::map<std::string, std::string> expected_differences;
};

inline std::ostream &operator<<(std::ostream &out, const CorpusCase &test) {
    return out << test.name;
}

// Every directory of tests/corpus, by name. Throws for an invalid file of a case.
std::vector<CorpusCase> corpus_cases();

// The parameters of a run besides the case.
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

// A readable list of differing aspects, with the lines that only one side has.
std::map<std::string, std::string> corpus_differences(const Observation &ours,
                                                      const Observation &theirs);

} // namespace berth::test
