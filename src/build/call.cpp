#include "berth/build/call.hpp"

#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

namespace berth::build {

namespace {

// The Dockerfile as a person finds it: the frontend knows its name alone.
std::string shown_dockerfile(const BuildOptions &options) {
    if (!options.file.empty())
        return options.file;
    return (std::filesystem::path(options.context) / "Dockerfile").lexically_normal().string();
}

} // namespace

void check_call(const std::string &call) {
    if (call.find_first_of(",=") != std::string::npos)
        throw usage_error(
            fmt::format("--call {}: there is text alone", printable(call)),
            "BuildKit's client in the builder hands nothing else back; write --call " +
                printable(call.substr(0, call.find(','))));
}

bool print_call_result(std::ostream &out, const BuildOptions &options, const std::string &text) {
    if (options.call != "check") {
        out << printable(text, true) << std::flush;
        return true;
    }
    auto lines = split(trim(text), '\n');
    auto count = std::count_if(lines.begin(), lines.end(),
                               [](const auto &line) { return line.starts_with("WARNING: "); });
    if (count == 0) {
        out << "Check complete, no warnings found.\n" << std::flush;
        return true;
    }
    out << fmt::format("Check complete, {} {} found!\n", count,
                       count == 1 ? "warning has been" : "warnings have been");
    auto path = shown_dockerfile(options);
    auto name = std::filesystem::path(path).filename().string();
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (lines[i].starts_with("WARNING: ") && !(i > 0 && lines[i - 1].empty()))
            out << '\n';
        // NAME:LINE stands right above the excerpt's rule.
        bool place = lines[i].starts_with(name + ":") && i + 1 < lines.size() &&
                     lines[i + 1].starts_with("-----");
        out << (place ? path + lines[i].substr(name.size()) : printable(lines[i], true)) << '\n';
    }
    out << std::flush;
    return false;
}

} // namespace berth::build
