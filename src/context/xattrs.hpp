// SPDX-License-Identifier: Apache-2.0
// Extended attributes of entries of a walk.
#pragma once

#include <map>
#include <set>
#include <string>
#include <sys/stat.h>

namespace berth::context {

class XattrReader {
  public:
    // Reads those of `name` in the directory, or of the symlink itself. Like fsutil, skips
    // unreadable ones.
    std::map<std::string, std::string> read(int directory, const std::string &name,
                                            const struct stat &status);

  private:
    std::set<dev_t> without_; // file systems without any
};

} // namespace berth::context
