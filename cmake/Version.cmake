# BERTH_VERSION for every source, and commit and date in version_info.hpp, looked at anew by every build
# but written only when they changed.
add_compile_definitions(BERTH_VERSION="${PROJECT_VERSION}")
set(version_command ${CMAKE_COMMAND} -D SOURCE=${CMAKE_SOURCE_DIR} -D FOLDER=${CMAKE_BINARY_DIR}/generated
  -P ${CMAKE_SOURCE_DIR}/cmake/write_version.cmake)
add_custom_target(berth_version COMMAND ${version_command} BYPRODUCTS
  ${CMAKE_BINARY_DIR}/generated/version_info.hpp ${CMAKE_BINARY_DIR}/generated/version_date)
