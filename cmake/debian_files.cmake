# SPDX-License-Identifier: Apache-2.0
# Run by cpack before packing: adds the files that Debian requires.
set(folder ${CPACK_TEMPORARY_INSTALL_DIRECTORY}/usr/share/doc/berth)
file(READ ${CPACK_BERTH_BINARY}/generated/version_date date)
string(REGEX MATCH "^(....)-(..)-(..)" day ${date})
execute_process(COMMAND date -u -d ${date} -R OUTPUT_VARIABLE when OUTPUT_STRIP_TRAILING_WHITESPACE
  COMMAND_ERROR_IS_FATAL ANY)
file(WRITE ${folder}/changelog
  "berth (${CPACK_PACKAGE_VERSION}) unstable; urgency=medium\n\n  * Release ${CPACK_PACKAGE_VERSION}.\n\n"
  " -- ${CPACK_PACKAGE_CONTACT}  ${when}\n")
file(STRINGS ${CPACK_BERTH_SOURCE}/packaging/license license)
configure_file(${CPACK_BERTH_SOURCE}/packaging/debian/copyright.in ${folder}/copyright @ONLY)
execute_process(COMMAND gzip -9nf ${folder}/changelog COMMAND_ERROR_IS_FATAL ANY)
file(CHMOD ${folder}/copyright ${folder}/changelog.gz PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ)
# Debian's zsh reads completions of packages from another directory.
set(zsh ${CPACK_TEMPORARY_INSTALL_DIRECTORY}/usr/share/zsh)
file(RENAME ${zsh}/site-functions ${zsh}/vendor-completions)
