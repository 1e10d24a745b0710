# SPDX-License-Identifier: Apache-2.0
# What berth is built from; on Debian bookworm `dev/setup` installs the packages.
find_package(Threads REQUIRED)
find_package(fmt REQUIRED)
# What is shipped has as few shared libraries as can be: each costs time at every start, and Debian's fmt
# has no static one.
if(CMAKE_BUILD_TYPE STREQUAL "Release")
  add_library(berth::fmt ALIAS fmt::fmt-header-only)
  set(Boost_USE_STATIC_LIBS ON)
else()
  add_library(berth::fmt ALIAS fmt::fmt)
endif()
find_package(nlohmann_json REQUIRED)
find_package(Boost 1.74 REQUIRED COMPONENTS filesystem)
find_path(TOMLPLUSPLUS_INCLUDE toml++/toml.h REQUIRED) # headers alone
mark_as_advanced(TOMLPLUSPLUS_INCLUDE)

# imported_library(TARGET HEADER LIBRARY...): libraries without a CMake package. The static one first:
# a shared one costs time at every start.
function(imported_library target header)
  string(MAKE_C_IDENTIFIER ${target} name)
  find_path(${name}_INCLUDE ${header} REQUIRED)
  find_library(${name}_LIBRARY NAMES ${ARGN} REQUIRED)
  add_library(${target} UNKNOWN IMPORTED)
  set_target_properties(${target} PROPERTIES IMPORTED_LOCATION ${${name}_LIBRARY}
    INTERFACE_INCLUDE_DIRECTORIES ${${name}_INCLUDE})
  mark_as_advanced(${name}_INCLUDE ${name}_LIBRARY)
endfunction()
imported_library(nettle::nettle nettle/sha2.h libnettle.a nettle)
# BuildKit's API: HTTP/2, and messages in the lite runtime, which has no descriptors to register at start.
imported_library(nghttp2::nghttp2 nghttp2/nghttp2.h libnghttp2.a nghttp2)
imported_library(protobuf::lite google/protobuf/message_lite.h libprotobuf-lite.a protobuf-lite)
find_program(PROTOC protoc REQUIRED)
mark_as_advanced(PROTOC)
# The manual's sources are Markdown; no part of the program.
imported_library(cmark::cmark cmark.h libcmark.a cmark)
