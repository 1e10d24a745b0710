# SPDX-License-Identifier: Apache-2.0
# Writes FOLDER/version_info.hpp and FOLDER/version_date for the sources in SOURCE: from git's HEAD,
# or in an archive by git, from cmake/commit.txt, which git fills in.
cmake_minimum_required(VERSION 3.23)
find_package(Git QUIET)
set(commit "0000000000000000000000000000000000000000")
set(changes "false")
set(date "")
if(GIT_FOUND AND EXISTS ${SOURCE}/.git)
  execute_process(COMMAND ${GIT_EXECUTABLE} -C ${SOURCE} log -1 --format=%H|%ct
    OUTPUT_VARIABLE answer OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  execute_process(COMMAND ${GIT_EXECUTABLE} -C ${SOURCE} diff-index --quiet HEAD RESULT_VARIABLE changed ERROR_QUIET)
else()
  file(STRINGS ${SOURCE}/cmake/commit.txt answer LIMIT_COUNT 1)
endif()
if(answer MATCHES "^([0-9a-f]+)[|]([0-9]+)$")
  set(commit ${CMAKE_MATCH_1})
  set(ENV{SOURCE_DATE_EPOCH} ${CMAKE_MATCH_2})
  string(TIMESTAMP date "%Y-%m-%dT%H:%M:%SZ" UTC)
endif()
if(changed)
  set(changes "true")
endif()
if(NOT date)
  set(date "1970-01-01T00:00:00Z")
endif()
file(CONFIGURE OUTPUT ${FOLDER}/version_info.hpp @ONLY CONTENT [[
// Made by cmake/write_version.cmake.
#pragma once

namespace berth::cli {
constexpr const char *version_commit = "@commit@"; // 40 hexadecimal digits; zeros: unknown
constexpr bool version_has_changes = @changes@;    // that are not committed
constexpr const char *version_date = "@date@";
}
]])
file(CONFIGURE OUTPUT ${FOLDER}/version_date CONTENT "@date@" @ONLY)
