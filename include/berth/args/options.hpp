// SPDX-License-Identifier: Apache-2.0
// Options by the type of their value. They accept the same values as docker's: Go's ParseBool and
// ParseDuration, and RAMInBytes of docker/go-units.
#pragma once

#include "berth/args/command.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace berth::args {

// `-t a -t b`: each occurrence takes one value, which may be empty.
Option &add_repeated(Command &command, const std::string &names, std::vector<std::string> &values,
                     const std::string &description);
// `--add-host a,b --add-host c`: each value is a line of comma-separated values by the rules of
// Go's encoding/csv; an empty one adds nothing.
Option &add_list(Command &command, const std::string &names, std::vector<std::string> &values,
                 const std::string &description);
// One value; given twice, the last one counts.
Option &add_value(Command &command, const std::string &names, std::string &value,
                  const std::string &description);
// `--quiet`, `--quiet=false`.
Option &add_switch(Command &command, const std::string &names, bool &value,
                   const std::string &description);
// Bytes: 512m, 1.5g.
Option &add_size(Command &command, const std::string &names, std::int64_t &bytes,
                 const std::string &description);
Option &add_duration(Command &command, const std::string &names,
                     std::optional<std::chrono::nanoseconds> &duration,
                     const std::string &description);
// 30s, 1m30s; may be zero or negative.
Option &add_duration(Command &command, const std::string &names, std::chrono::nanoseconds &duration,
                     const std::string &description);

} // namespace berth::args
