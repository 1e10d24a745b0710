# SPDX-License-Identifier: Apache-2.0
# berth_warnings: compiler flags of all targets.
add_library(berth_warnings INTERFACE)
set(berth_strict -Werror -Wshadow=local)
if(BERTH_FUZZ) # clang, which has other warnings
  set(berth_strict "")
endif()
target_compile_options(berth_warnings INTERFACE -Wall -Wextra -Wpedantic ${berth_strict}
  -Wnon-virtual-dtor -Woverloaded-virtual -Wimplicit-fallthrough -Wconversion -Wno-sign-conversion)
# g++ 12 warns of code inside the standard library when it inlines std::string (GCC bugs 105329, 105651).
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  target_compile_options(berth_warnings INTERFACE -Wno-restrict)
endif()
# In a unity build g++ takes every file for a header, in which an anonymous namespace would be wrong.
if(CMAKE_UNITY_BUILD AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(berth_warnings INTERFACE -Wno-subobject-linkage)
endif()
if(BERTH_FUZZ)
  target_compile_options(berth_warnings INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(BERTH_SANITIZE)
  target_compile_options(berth_warnings INTERFACE -fsanitize=${BERTH_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(berth_warnings INTERFACE -fsanitize=${BERTH_SANITIZE})
  # A check at every use of a pointer, a third of the compiler's time. The address sanitizer ends with a report, too,
  # where a pointer is null or leads out of its object; what is parsed is copied by memcpy, so nothing is misaligned.
  if(BERTH_SANITIZE MATCHES "undefined")
    target_compile_options(berth_warnings INTERFACE -fno-sanitize=null,alignment,object-size)
  endif()
  # With sanitizers g++ 12 takes parts of std::regex, which tests use, for uninitialized (GCC bug 105562).
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(berth_warnings INTERFACE -Wno-maybe-uninitialized)
  endif()
endif()
