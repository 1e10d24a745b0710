#include "berth/job/layout_output.hpp"

#include "berth/image/oci_index.hpp"
#include "berth/image/tag.hpp"
#include "berth/util/encoding.hpp"
#include "berth/util/error.hpp"
#include "berth/util/output_file.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace berth::job {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using Response = std::map<std::string, std::string>;

constexpr const char *store_id = "export"; // BuildKit's OCI exporter asks for it

std::string value_of(const Response &response, const char *key) {
    auto found = response.find(key);
    return found == response.end() ? "" : found->second;
}

std::vector<image::OciName> names_of(const Output &output, const Response &response,
                                     std::vector<std::string> tags) {
    auto own = output.attribute("name");
    if (tags.empty() && own == "*") // the frontend's choice
        own = value_of(response, "image.name");
    if (tags.empty() && !own.empty())
        tags = split(own, ',');
    if (tags.empty())
        return {{"latest"}};
    std::vector<image::OciName> names;
    names.reserve(tags.size());
    for (const auto &tag : tags)
        names.push_back({.value = image::full_tag(tag), .is_image = true});
    return names;
}

} // namespace

std::map<std::string, session::ContentDirectory> layout_stores(const std::vector<Output> &outputs) {
    std::map<std::string, session::ContentDirectory> stores;
    for (const auto &output : outputs) {
        if (!output.as_layout_directory())
            continue;
        check_output_directory(output.destination);
        session::ContentDirectory directory{.path = output.destination, .writable = true};
        if (!stores.emplace(store_id, std::move(directory)).second)
            throw usage_error("only one output can be a layout in a directory (tar=false)",
                              "write the other one as an archive: type=oci,dest=FILE");
    }
    return stores;
}

void finish_layout(const Output &output, const Response &response,
                   const std::vector<std::string> &tags) {
    auto encoded = value_of(response, "containerimage.descriptor");
    if (encoded.empty())
        return;
    auto descriptor = json::parse(base64_decode(encoded).value_or(""), nullptr, false);
    auto digest = descriptor.is_object() ? image::descriptor_digest(descriptor) : "";
    fs::path directory = output.destination;
    if (!image::has_blob(directory, digest))
        throw Error(fmt::format("the build worked, but its image {} is not in {}",
                                printable(digest), printable(output.destination)),
                    ExitCode::failure, "build again with this output alone");
    image::put_in_oci_index(directory, descriptor, names_of(output, response, tags));
}

} // namespace berth::job
