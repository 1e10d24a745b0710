# BERTH_VERSION and BERTH_COMMIT, written to a header in the build folder for `berth version`.
find_package(Git QUIET)
set(BERTH_COMMIT "unknown")
if(GIT_FOUND)
  execute_process(COMMAND ${GIT_EXECUTABLE} rev-parse --short=12 HEAD WORKING_DIRECTORY ${CMAKE_SOURCE_DIR}
    OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE result)
  if(result EQUAL 0)
    set(BERTH_COMMIT ${commit})
  endif()
endif()
add_compile_definitions(BERTH_VERSION="${PROJECT_VERSION}")
set_source_files_properties(src/cli/version.cpp PROPERTIES COMPILE_DEFINITIONS BERTH_COMMIT="${BERTH_COMMIT}")
