// SPDX-License-Identifier: Apache-2.0
// The arguments of docker commands; pure. Docker::command() adds the program and global options.
#pragma once

#include "berth/docker/flavour.hpp"
#include "berth/docker/types.hpp"

#include <map>
#include <string>
#include <vector>

namespace berth::docker {

// `run --detach …` and `create …`: the same container, so that builders with configuration files
// (create, copy, start) equal those without.
std::vector<std::string> run_arguments(const ContainerSpec &spec,
                                       Flavour flavour = Flavour::docker);
std::vector<std::string> create_arguments(const ContainerSpec &spec,
                                          Flavour flavour = Flavour::docker);

// `run --rm …`.
std::vector<std::string> program_run_arguments(const ProgramRun &run,
                                               Flavour flavour = Flavour::docker);

// `container inspect` with the fields that parse_containers() reads, one line per container; other
// programs than docker print all fields, as a list.
std::vector<std::string> inspect_container_arguments(const std::vector<std::string> &names,
                                                     Flavour flavour = Flavour::docker);
std::vector<std::string> inspect_image_arguments(const std::vector<std::string> &references,
                                                 Flavour flavour = Flavour::docker);

// A tar archive of files, by their path (without a leading slash), with `mode`; directories are
// derived from the paths. For `docker cp -` and for unpacking inside a container.
std::string tar_files(const std::map<std::string, std::string> &files, unsigned mode = 0644);
// The same without the end of the archive, so that more can follow.
std::string tar_files_begin(const std::map<std::string, std::string> &files, unsigned mode = 0644);

} // namespace berth::docker
