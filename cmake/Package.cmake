# SPDX-License-Identifier: Apache-2.0
# The Debian package (`cpack` in the build directory, or dev/package, which also creates the release
# tarball).
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME berth)
set(CPACK_PACKAGE_VENDOR "The berth developers")
set(BERTH_MAINTAINER "The berth developers <berth@lists.invalid>" CACHE STRING "Maintainer of the packages")
set(CPACK_PACKAGE_CONTACT ${BERTH_MAINTAINER})
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "builds container images with BuildKit, driven by the docker CLI")
set(CPACK_PACKAGE_DESCRIPTION
  "berth builds container images in BuildKit containers as docker buildx does\n\
with its docker-container driver, and does everything by running the docker\n\
command. It shares builders with docker buildx, and is a command of docker\n\
itself: docker berth.")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_PACKAGE_DIRECTORY ${CMAKE_BINARY_DIR}/packages)
set(CPACK_STRIP_FILES OFF) # the release preset strips
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION admin)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "docker.io | docker-ce-cli, libcurl4 | libcurl4t64, libssl3 | libssl3t64")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION TRUE)
set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_SOURCE_DIR}/cmake/debian_files.cmake)
set(CPACK_BERTH_SOURCE ${CMAKE_SOURCE_DIR})
set(CPACK_BERTH_BINARY ${CMAKE_BINARY_DIR})
include(CPack)
