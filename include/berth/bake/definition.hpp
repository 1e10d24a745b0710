// SPDX-License-Identifier: Apache-2.0
// A definition: the combined content of HCL, JSON and Compose files.
#pragma once

#include "berth/bake/files.hpp"
#include "berth/bake/print.hpp"
#include "berth/bake/target.hpp"
#include "berth/util/environment.hpp"
#include "berth/util/error.hpp"

#include <map>
#include <string>
#include <vector>

namespace berth::bake {

struct DefinitionOptions {
    // Predefined variables: BAKE_CMD_CONTEXT, BAKE_LOCAL_PLATFORM.
    std::map<std::string, std::string> builtins = {};
    std::map<std::string, std::string> variables = {}; // --var
    bool relative_paths = false;
};

struct Definition {
    Config config = {};
    std::vector<Variable> variables = {};
    std::vector<std::string> warnings = {};
};

// Errors with places in the files: `excerpts` shows the lines, with a caret below.
class DefinitionError : public Error {
  public:
    DefinitionError(const std::string &what, std::string excerpts, const std::string &hint = {})
        : Error(what, ExitCode::failure, hint), excerpts_(std::move(excerpts)) {}
    const std::string &excerpts() const { return excerpts_; }

  private:
    std::string excerpts_;
};

// Reads Compose files first, then HCL and JSON files, which override them; each in the given order.
// Throws Error.
Definition read_definition(const std::vector<SourceFile> &files, const DefinitionOptions &options,
                           const Environment &environment);

// --var NAME=VALUE. Throws Error for other texts.
std::map<std::string, std::string> read_variables(const Strings &texts);

} // namespace berth::bake
