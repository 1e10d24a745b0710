// SPDX-License-Identifier: Apache-2.0
// Registries by the distribution API (https://github.com/opencontainers/distribution-spec). All
// calls may be made from several threads. They throw Error, and check all content against its
// digest.
#pragma once

#include "berth/process/runner.hpp"
#include "berth/registry/descriptor.hpp"
#include "berth/registry/http.hpp"
#include "berth/registry/reference.hpp"
#include "berth/registry/settings.hpp"
#include "berth/session/credential.hpp"

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace berth::registry {

struct ClientOptions {
    const process::Cancellation &cancellation;
    const Environment &environment; // for proxies
    Settings settings = {};
    session::CredentialLookup credentials = {};
    // Waits before a retry; false if cancelled. Empty: waits on the cancellation. Tests replace it.
    std::function<bool(std::chrono::milliseconds)> wait = {};
};

// With docker's credentials, those of DIRECTORY/config.json, and the settings in `files` of a
// builder's node (see read_settings()). All arguments but `files` must outlive the result.
ClientOptions client_options(process::Runner &runner, const process::Cancellation &cancellation,
                             const Environment &environment, const std::filesystem::path &directory,
                             const std::map<std::string, std::string> &files);

struct Endpoint; // of one host of a registry

class Client {
  public:
    explicit Client(ClientOptions options);
    ~Client();
    Client(const Client &) = delete;
    Client &operator=(const Client &) = delete;

    // The manifest or index that the tag or digest names, of at most manifest_limit bytes.
    Document manifest(const Reference &reference);
    // A manifest, an index or a small blob, of at most document_limit bytes.
    std::string document(const Reference &repository, const Descriptor &descriptor);
    // The manifests whose subject is `digest`; none if the registry does not support referrers.
    std::vector<Descriptor> referrers(const Reference &repository, const std::string &digest);

    bool has(const Reference &repository, const Descriptor &descriptor);
    // Pushes it under the tag of `repository`, or else under its digest.
    void put_manifest(const Reference &repository, const Document &manifest);

    // Streams a blob into the sink; the sink checks the digest.
    void read_blob(const Reference &repository, const Descriptor &descriptor,
                   const std::shared_ptr<Sink> &sink);
    // A started upload, with its target. Nothing if the registry mounted the blob from
    // `mount_from`, another of its repositories (empty: none).
    struct Upload {
        std::string url;
        bool other_host = false; // which gets no credentials
    };
    std::optional<Upload> start_upload(const Reference &repository, const std::string &digest,
                                       const std::string &mount_from);
    void finish_upload(const Reference &repository, const Upload &upload,
                       const Descriptor &descriptor, const std::shared_ptr<Source> &source);

    // Waits before a retry, longer each time. Throws Error when cancelled.
    void pause(int attempt) { pause(nullptr, attempt); }

  private:
    enum class Use { pull, push };
    struct Answer;
    std::vector<Endpoint> endpoints(const std::string &domain, Use use);
    Answer send(const Endpoint &endpoint, HttpRequest request, const std::set<std::string> &scopes,
                bool last);
    HttpResponse pull(const Reference &repository, const std::string &path, HttpRequest request,
                      const std::string &what);
    Answer push(const Reference &repository, const std::string &path, HttpRequest request,
                const std::string &also_pull = {});
    void pause(const HttpResponse *response, int attempt);

    struct Parts;
    ClientOptions options_;
    std::unique_ptr<Parts> parts_;
};

// Any other response than success.
class StatusError : public Error {
  public:
    StatusError(const std::string &what, int status, std::string hint)
        : Error(what, ExitCode::failure, std::move(hint)), status_(status) {}
    bool transient() const { return status_ == 429 || status_ == 408 || status_ >= 500; }

  private:
    int status_;
};

// The registry reports that something does not exist.
class NotFound : public Error {
  public:
    explicit NotFound(const std::string &what, std::string hint = {})
        : Error(what, ExitCode::failure, std::move(hint)) {}
};

} // namespace berth::registry
