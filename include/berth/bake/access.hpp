// What a bake file may use of this machine without a question: `--allow`.
#pragma once

#include <string>
#include <vector>

namespace berth::bake {

struct Access {
    bool host_network = false, insecure = false, devices_all = false, ssh = false;
    bool local_delete = false;
    std::vector<std::string> devices = {};
    std::vector<std::string> read = {}, write = {}; // paths; `*` is all
    std::vector<std::string> images = {}, exports = {};
};

} // namespace berth::bake
