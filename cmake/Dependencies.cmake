# SPDX-License-Identifier: Apache-2.0
# Dependencies; on Debian bookworm `dev/setup` installs the packages.
find_package(Threads REQUIRED)
find_package(fmt REQUIRED)
# Releases use as few shared libraries as possible, since each delays every start. Debian has no static
# fmt.
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

# imported_library(TARGET HEADER LIBRARY...): libraries without a CMake package. Prefers the static one:
# a shared one delays every start.
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
# Numbers of any precision and Unicode's normal forms, for HCL.
imported_library(gmp::gmp gmp.h libgmp.a gmp)
imported_library(mpfr::mpfr mpfr.h libmpfr.a mpfr)
set_property(TARGET mpfr::mpfr PROPERTY INTERFACE_LINK_LIBRARIES gmp::gmp)
imported_library(utf8proc::utf8proc utf8proc.h libutf8proc.a utf8proc)
# Regular expressions in Go's syntax, and RSA, for HCL's functions.
imported_library(re2::re2 re2/re2.h libre2.a re2)
set_property(TARGET re2::re2 PROPERTY INTERFACE_LINK_LIBRARIES Threads::Threads)
imported_library(hogweed::hogweed nettle/rsa.h libhogweed.a hogweed)
set_property(TARGET hogweed::hogweed PROPERTY INTERFACE_LINK_LIBRARIES nettle::nettle gmp::gmp)
# Compose files.
imported_library(yaml::cpp yaml-cpp/yaml.h libyaml-cpp.a yaml-cpp)
# TLS with remote builders: linked by the static program and outside Linux, else loaded on demand (process/openssl.hpp).
imported_library(openssl::ssl openssl/ssl.h libssl.a ssl)
imported_library(openssl::crypto openssl/crypto.h libcrypto.a crypto)
# Bundles of build records are gzipped.
imported_library(zlib::zlib zlib.h libz.a z)
find_program(PROTOC protoc REQUIRED)
mark_as_advanced(PROTOC)
# Registries: only headers, the shared library is loaded on demand (registry/curl).
find_path(CURL_INCLUDE curl/curl.h REQUIRED)
mark_as_advanced(CURL_INCLUDE)
# Converts the manual from Markdown; not part of the program.
imported_library(cmark::cmark cmark.h libcmark.a cmark)
