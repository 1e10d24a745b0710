# SPDX-License-Identifier: Apache-2.0
# BERTH_VERSION for every source, and commit and date in version_info.hpp, updated by every build
# but rewritten only on changes.
add_compile_definitions(BERTH_VERSION="${PROJECT_VERSION}")
# The docker buildx whose commands and flags berth covers. Programs that call docker buildx compare it before
# they use a command or flag; the change that adds the last missing command of a release raises it.
set(BERTH_BUILDX_VERSION 0.38.2)
set(version_command ${CMAKE_COMMAND} -D SOURCE=${CMAKE_SOURCE_DIR} -D FOLDER=${CMAKE_BINARY_DIR}/generated
  -P ${CMAKE_SOURCE_DIR}/cmake/write_version.cmake)
add_custom_target(berth_version COMMAND ${version_command} BYPRODUCTS
  ${CMAKE_BINARY_DIR}/generated/version_info.hpp ${CMAKE_BINARY_DIR}/generated/version_date)

# BERTH_TESTED: the versions that the tests run on, printed by `berth doctor`, from the go.mod of
# each program (dev/programs).
function(tested_version result file pattern)
  file(STRINGS ${CMAKE_SOURCE_DIR}/dev/${file}/go.mod lines REGEX "${pattern}")
  list(GET lines 0 line)
  string(REGEX REPLACE "^.*[ v]([0-9]+[.][0-9.]+).*$" "\\1" version "${line}")
  set(${result} ${version} PARENT_SCOPE)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/dev/${file}/go.mod)
endfunction()
tested_version(docker today/moby "^// docker ")
tested_version(buildkit today/buildkit "github.com/moby/buildkit v")
tested_version(oldest_buildkit oldest/buildkit "github.com/moby/buildkit v")
set_source_files_properties(src/cli/doctor.cpp PROPERTIES COMPILE_DEFINITIONS
  "BERTH_TESTED=\"docker 20.10 and ${docker}, BuildKit ${oldest_buildkit} and ${buildkit}\"")
set_source_files_properties(src/cli/version_text.cpp PROPERTIES COMPILE_DEFINITIONS
  "BERTH_BUILDX_VERSION=\"${BERTH_BUILDX_VERSION}\"")
