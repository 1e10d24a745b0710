#include "berth/cli/imagetools_commands.hpp"
namespace berth::cli {
void add_imagetools_create(args::Command &, Action &) {}
} // namespace berth::cli
