// A folder of its own for a test, gone afterwards.
#pragma once

#include "berth/util/encoding.hpp"

#include <filesystem>
#include <string>

namespace berth {

class TemporaryFolder {
  public:
    TemporaryFolder()
        : path_(std::filesystem::temp_directory_path() / ("berth-test-" + random_hex(16))) {
        std::filesystem::create_directory(path_);
    }
    ~TemporaryFolder() {
        std::error_code error;
        std::filesystem::remove_all(path_, error);
    }
    TemporaryFolder(const TemporaryFolder &) = delete;
    TemporaryFolder &operator=(const TemporaryFolder &) = delete;

    const std::filesystem::path &path() const { return path_; }
    std::filesystem::path operator/(const std::string &name) const { return path_ / name; }

  private:
    std::filesystem::path path_;
};

} // namespace berth
