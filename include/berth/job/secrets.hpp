// SPDX-License-Identifier: Apache-2.0
// --secret: values that steps can read and the image does not contain.
#pragma once

#include "berth/session/secrets.hpp"
#include "berth/util/environment.hpp"

#include <map>
#include <string>
#include <vector>

namespace berth::job {

struct Secret {
    std::string id;
    std::string path = {}, variable = {}; // the source: one of them

    // A command for a shell that prints it: `cat FILE`, `printf %s "$VAR"`.
    std::string shell_source() const;
};

// `--secret id=ID[,src=FILE][,env=VAR][,type=file|env]` in the forms of docker buildx: an id
// without a source is the variable of that name, or else the file. Throws an Error that names the
// flag's value.
std::vector<Secret> read_secrets(const std::vector<std::string> &values,
                                 const Environment &environment);

// As the session serves them, by id. Files are read when BuildKit asks. The variables whose values
// are secrets of this build: of `--secret` and of build arguments without a value. Excludes
// variables that docker or git may need.
std::vector<std::string> secret_variables(const std::vector<std::string> &secrets,
                                          const std::vector<std::string> &build_args,
                                          const Environment &environment);

std::map<std::string, session::SecretSource> served_secrets(const std::vector<Secret> &secrets,
                                                            const Environment &environment);

} // namespace berth::job
