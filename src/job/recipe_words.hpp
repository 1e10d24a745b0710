// SPDX-License-Identifier: Apache-2.0
// buildctl's arguments for a build whose inputs are in a directory of the builder.
#pragma once

#include "berth/job/contexts.hpp"
#include "berth/job/recipe.hpp"

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace berth::job {

// The directories that the recipe copies to the builder, below its place: contexts, layouts and
// caches. `d` contains the Dockerfile, `c` the context.
struct RecipePlaces {
    std::string place; // a directory of the builder
    Contexts contexts;
    std::map<std::string, std::string> folders = {}; // of locals and layouts, by name
    std::map<std::string, std::filesystem::path> copied =
        {}; // the client's directories to copy there
    std::vector<std::pair<std::string, std::filesystem::path>> caches_from = {}, caches_to = {};
    std::string secrets;  // a directory in memory
    std::string metadata; // the file of buildctl's --metadata-file
};

RecipePlaces recipe_places(const Recipe &recipe);

// Whether a frontend attribute is the build argument of a proxy with a password. The recipe leaves
// it out.
bool is_secret_proxy(const std::string &key, const std::string &value);

// Whether it is a build argument given only by name, whose value is omitted too.
bool is_of_environment(const BuildOptions &options, const std::string &key);

// buildctl build … without --output.
std::vector<std::string> recipe_words(const Recipe &recipe, const RecipePlaces &places);

// The value of buildctl's --output; dest=- is buildctl's standard output.
std::string recipe_output(const Output &output, const std::vector<std::string> &tags);

} // namespace berth::job
