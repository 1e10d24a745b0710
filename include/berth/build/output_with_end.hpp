// A stream that ends with a line of ours: bytes go on as they come, without that line. It is how a
// reader knows that docker dropped nothing of the end (remote.sh tells when it would).
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace berth::build {

class OutputWithEnd {
  public:
    // `end` occurs nowhere else in the stream.
    OutputWithEnd(std::string end, std::function<void(std::string_view)> pass_on);

    void take(std::string_view bytes);
    bool reached() const { return held_ == end_; }
    // No more comes: passes on what only looked like the beginning of the end.
    void finish();

  private:
    std::string end_;
    std::function<void(std::string_view)> pass_on_;
    std::string held_; // what may be the beginning of the end
};

} // namespace berth::build
