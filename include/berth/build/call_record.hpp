// The answer to a sub-request, as it came to buildctl. buildctl prints its text alone; the JSON,
// the exit code and the version beside it are in the bytes of the connection, which call.sh writes
// down.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace berth::build {

using CallAnswer = std::map<std::string, std::string>; // result.json, result.txt, version …

constexpr std::size_t call_record_limit = 64u << 20; // gRPC's messages have 16 MiB at most

// The command that runs these words of buildctl and writes the connection to standard output.
std::vector<std::string> recorded(std::vector<std::string> buildctl);

// What the builder sent: frames of HTTP/2 (RFC 9113), in them messages of gRPC, and one of those
// BuildKit's SolveResponse (frontend/gateway/pb/gateway.proto): field 3 is the result, its field 10
// the map that is wanted. Throws Error where there is no such answer.
CallAnswer read_call_record(std::string_view record);

} // namespace berth::build
