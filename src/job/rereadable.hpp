// SPDX-License-Identifier: Apache-2.0
// An archive on standard input for a build that may have to read it again: to export the whole
// image in a second solve.
#pragma once

#include "berth/session/upload.hpp"

namespace berth::job {

// Each copy of the result gives all bytes of the source, which is read once, when they are needed;
// a temporary file keeps them. Copies may be used by several threads. Throws the errors of the
// source, and those of NamelessFile where the file is needed: the first reader does without it.
session::ByteSource rereadable(session::ByteSource source);

} // namespace berth::job
