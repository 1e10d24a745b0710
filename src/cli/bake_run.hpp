// SPDX-License-Identifier: Apache-2.0
// Builds the selected targets of `berth bake`.
#pragma once

#include "berth/bake/access.hpp"
#include "berth/bake/resolve.hpp"
#include "berth/cli/context.hpp"
#include "berth/job/jobs.hpp"
#include "berth/util/error.hpp"

#include "bake_options.hpp"

namespace berth::cli {

ExitCode build_selection(Context &context, const BakeOptions &options,
                         const bake::Selection &selection, const job::Jobs &jobs,
                         const bake::Access &access);

} // namespace berth::cli
