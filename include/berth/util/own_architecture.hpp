// SPDX-License-Identifier: Apache-2.0
// The architecture that this program is compiled for, in Go's words.
#pragma once

namespace berth {

#if defined(__aarch64__)
inline constexpr const char *own_architecture = "arm64";
#elif defined(__riscv)
inline constexpr const char *own_architecture = "riscv64";
#elif defined(__s390x__)
inline constexpr const char *own_architecture = "s390x";
#elif defined(__powerpc64__)
inline constexpr const char *own_architecture = "ppc64le";
#else
inline constexpr const char *own_architecture = "amd64";
#endif

} // namespace berth
