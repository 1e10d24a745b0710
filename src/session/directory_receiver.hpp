// SPDX-License-Identifier: Apache-2.0
// One transfer of a directory from BuildKit: fsutil's protocol, the receiving side
// (https://github.com/tonistiigi/fsutil, receive.go).
#pragma once

#include "berth/session/file_send.hpp"

#include "directory_writer.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>

namespace fsutil::types {
class Packet;
class Stat;
} // namespace fsutil::types

namespace berth::session {

class DirectoryReceiver {
  public:
    // Both must outlive it.
    DirectoryReceiver(buildkit::MessageStream &stream, const OutputDirectory &directory);
    // Returns when everything has arrived, or either side has failed.
    buildkit::Status run();

  private:
    void receive();
    bool handle(const fsutil::types::Packet &packet); // false: the sender is done
    void take(const fsutil::types::Stat &stat);
    void take_data(std::uint32_t id, std::string_view data);
    void ask();
    void finish_when_complete();
    void tell(std::string_view error);
    void drain();

    struct Asked {
        NewFile file;
        std::optional<PendingFile> pending = {}; // after its first bytes
    };

    buildkit::MessageStream &stream_;
    DirectoryWriter writer_;
    std::uint32_t next_id_ = 0;
    std::deque<std::pair<std::uint32_t, NewFile>> waiting_; // listed, not requested yet
    std::map<std::uint32_t, Asked> asked_;
    bool all_listed_ = false, finished_ = false;
};

} // namespace berth::session
