// SPDX-License-Identifier: Apache-2.0
#include "input_copies.hpp"

#include "berth/util/error.hpp"
#include "berth/util/output_file.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <fcntl.h>
#include <string>

namespace berth::job {

InputCopies::InputCopies(process::StandardInput &in, const process::Cancellation &cancellation)
    : cancellation_(cancellation), file_(directory_.path() / "stdin") {
    constexpr std::size_t piece = 64u << 10;
    std::string buffer(piece, '\0');
    OutputFile file(file_);
    for (std::size_t count = 0; (count = in.read(buffer.data(), buffer.size())) > 0;)
        file.write(std::string_view(buffer).substr(0, count));
    file.commit();
}

process::StandardInput &InputCopies::next() {
    opened_.emplace_back(::open(file_.c_str(), O_RDONLY | O_CLOEXEC));
    if (!opened_.back())
        throw Error(
            fmt::format("cannot read {}: {}", printable(file_.string()), errno_text(errno)));
    return copies_.emplace_back(cancellation_, opened_.back().get());
}

} // namespace berth::job
