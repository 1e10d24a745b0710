// SPDX-License-Identifier: Apache-2.0
// Extended attributes of what a walk meets.
#pragma once

#include <map>
#include <set>
#include <string>
#include <sys/stat.h>

namespace berth::context {

class XattrReader {
  public:
    // Of `name` in the directory, a symlink itself. Attributes that cannot be read are left out,
    // as fsutil does.
    std::map<std::string, std::string> read(int directory, const std::string &name,
                                            const struct stat &status);

  private:
    std::set<dev_t> without_; // file systems that have none
};

} // namespace berth::context
