// Progress on a terminal, redrawn in place.
#pragma once
#include "plain_display.hpp"
namespace berth::progress {
class TtyDisplay : public PlainDisplay {
  public:
    using PlainDisplay::PlainDisplay;
};
} // namespace berth::progress
