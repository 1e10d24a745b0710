// SPDX-License-Identifier: Apache-2.0
#include "berth/buildkit/message_stream.hpp"

namespace berth::buildkit {

void Services::add(std::string method, Handler handler) {
    handlers_.insert_or_assign(std::move(method), std::move(handler));
}

const Handler *Services::find(std::string_view method) const {
    auto found = handlers_.find(method);
    return found == handlers_.end() ? nullptr : &found->second;
}

std::vector<std::string> Services::methods() const {
    std::vector<std::string> names;
    for (const auto &[name, handler] : handlers_)
        names.push_back(name);
    return names;
}

} // namespace berth::buildkit
