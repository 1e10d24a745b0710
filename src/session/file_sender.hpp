// SPDX-License-Identifier: Apache-2.0
// One transfer of a directory to BuildKit: fsutil's protocol, the sending side
// (https://github.com/tonistiigi/fsutil, send.go).
#pragma once

#include "berth/context/source_walk.hpp"
#include "berth/session/file_sync.hpp"

#include "file_table.hpp"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace berth {
class DirectoryCursor;
}

namespace berth::session {

class DataPacket;

class FileSender {
  public:
    // All arguments must outlive it.
    FileSender(buildkit::MessageStream &stream, const SourceDirectory &directory,
               const context::SourceFilter &filter);
    // Returns when the receiver is done, or either side has failed.
    buildkit::Status run();

  private:
    void list();
    void answer();
    void send_files();
    void send(DirectoryCursor &cursor, DataPacket &packet, std::uint32_t id,
              const ListedFile &file);
    void queue(std::uint32_t id);
    std::optional<std::uint32_t> next();
    void write(std::string_view message);
    void fail(buildkit::Status status);
    void tell(std::string_view text);
    template<class Work>
    void guarded(Work work);

    buildkit::MessageStream &stream_;
    const SourceDirectory &directory_;
    const context::SourceFilter &filter_;
    FileTable files_;

    std::mutex write_mutex_;
    std::atomic<bool> failed_{false};
    std::mutex mutex_; // guards the following members
    std::condition_variable changed_;
    std::optional<buildkit::Status> status_; // of the first failure
    std::deque<std::uint32_t> asked_;
    bool all_asked_ = false;
    std::size_t idle_ = 0;
    std::vector<std::thread> senders_;
};

} // namespace berth::session
