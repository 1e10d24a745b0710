# SPDX-License-Identifier: Apache-2.0
# Files of `cmake --install`: the program, its manual, its completions, and the link of a docker
# plugin.
install(TARGETS berth RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
foreach(page IN LISTS packed_pages)
  string(REGEX REPLACE "^.*\\.([0-9])\\.gz$" "\\1" section ${page})
  install(FILES ${page} DESTINATION ${CMAKE_INSTALL_MANDIR}/man${section})
endforeach()
install(FILES completions/berth.bash RENAME berth DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
install(FILES completions/_berth DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions)
install(FILES completions/berth.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
file(RELATIVE_PATH program /${CMAKE_INSTALL_LIBEXECDIR}/docker/cli-plugins /${CMAKE_INSTALL_BINDIR}/berth)
file(CREATE_LINK ${program} ${CMAKE_BINARY_DIR}/docker-berth SYMBOLIC)
install(FILES ${CMAKE_BINARY_DIR}/docker-berth DESTINATION ${CMAKE_INSTALL_LIBEXECDIR}/docker/cli-plugins)
