// SPDX-License-Identifier: Apache-2.0
#include "shared_directories.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace berth::job {

namespace {

struct Users {
    session::SourceDirectory directory;
    std::vector<solve::Request *> requests;
};
using Directories = std::map<std::pair<std::string, std::filesystem::path>, Users>;

Directories directories_of(const std::vector<solve::Request *> &requests) {
    Directories found;
    for (auto *request : requests)
        for (const auto &[name, directory] : request->directories) {
            auto &users = found[{name, directory.path}];
            users.directory = directory;
            users.requests.push_back(request);
        }
    return found;
}

} // namespace

std::vector<solve::Request> share_directories(const std::vector<solve::Request *> &requests) {
    std::vector<solve::Request> sessions;
    auto failures = std::make_shared<solve::TransferFailures>();
    for (const auto &[place, users] : directories_of(requests)) {
        if (users.requests.size() < 2)
            continue;
        const auto &name = place.first;
        auto session = std::find_if(sessions.begin(), sessions.end(), [&name](const auto &request) {
            return !request.directories.contains(name);
        });
        if (session == sessions.end())
            session =
                sessions.insert(sessions.end(), {.failures = failures,
                                                 .shared_key = users.requests.front()->shared_key});
        session->directories[name] = users.directory;
        for (auto *request : users.requests) {
            request->attributes["local-sessionid:" + name] = session->session;
            request->failures = failures;
        }
    }
    return sessions;
}

} // namespace berth::job
