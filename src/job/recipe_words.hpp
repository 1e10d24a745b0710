// SPDX-License-Identifier: Apache-2.0
// buildctl's words for a build whose inputs lie in a directory of the builder.
#pragma once

#include "berth/job/contexts.hpp"
#include "berth/job/recipe.hpp"

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace berth::job {

// What the recipe brings to the builder, by directory below its place: of contexts, layouts and
// caches; d holds the Dockerfile, c the context.
struct RecipePlaces {
    std::string place; // a directory of the builder
    Contexts contexts;
    std::map<std::string, std::string> folders = {};          // of locals and layouts, by name
    std::map<std::string, std::filesystem::path> copied = {}; // what goes into those of the client
    std::vector<std::pair<std::string, std::filesystem::path>> caches_from = {}, caches_to = {};
    std::string secrets;  // a folder in memory
    std::string metadata; // a file: what buildctl's --metadata-file writes
};

RecipePlaces recipe_places(const Recipe &recipe);

// Whether a frontend attribute is the build argument of a proxy with a password. The recipe leaves
// it out.
bool is_secret_proxy(const std::string &key, const std::string &value);

// Whether it is a build argument given by its name alone: its value is left out too.
bool is_of_environment(const BuildOptions &options, const std::string &key);

// buildctl build … but for --output.
std::vector<std::string> recipe_words(const Recipe &recipe, const RecipePlaces &places);

// The value of buildctl's --output; dest=- is buildctl's standard output.
std::string recipe_output(const Output &output, const std::vector<std::string> &tags);

} // namespace berth::job
