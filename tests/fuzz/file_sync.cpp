// SPDX-License-Identifier: Apache-2.0
// Messages from BuildKit while it reads a directory of the client (FileSync), or sends the files of
// an output (FileSend).
#include "berth/session/file_sync.hpp"

#include "berth/buildkit/message_stream.hpp"
#include "berth/session/file_send.hpp"
#include "berth/util/file.hpp"

#include "fuzz_input.hpp"

#include <filesystem>

namespace {

using namespace berth;

class Scripted : public buildkit::MessageStream {
  public:
    explicit Scripted(std::vector<std::string> messages) : messages_(std::move(messages)) {}
    bool read(std::string &message) override {
        if (next_ == messages_.size())
            return false;
        message = messages_[next_++];
        return true;
    }
    void write(std::string_view) override {}

  private:
    std::vector<std::string> messages_;
    std::size_t next_ = 0;
};

const ScratchFolder &source() {
    static const ScratchFolder folder("fuzz-source");
    static const bool made = [] {
        write_file_atomically(folder.path() / "a", "content", 0644);
        write_file_atomically(folder.path() / "d" / "b", std::string(200'000, 'x'), 0644);
        return true;
    }();
    (void)made;
    return folder;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
    auto messages = fuzz::pieces(fuzz::bytes(data, size));
    buildkit::Services services;
    session::add_file_sync(services, {{"context", {source().path()}}});
    ScratchFolder target("fuzz-target");
    session::add_file_send(services, {{0, session::OutputDirectory{target.path() / "out", true}}});
    for (const auto &method : services.methods()) {
        Scripted stream(messages);
        buildkit::Request request{
            method, {{"dir-name", "context"}, {"buildkit-attachable-exporter-id", "0"}}, stream};
        try {
            (*services.find(method))(request);
        } catch (const std::exception &) {
        }
    }
    // Nothing outside the directory of the output may change.
    for (const auto &entry : std::filesystem::directory_iterator(target.path()))
        if (entry.path().filename() != "out")
            __builtin_trap();
    return 0;
}
