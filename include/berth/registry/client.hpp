// SPDX-License-Identifier: Apache-2.0
// Registries by the distribution API (https://github.com/opencontainers/distribution-spec). All
// calls may be made from several threads. They throw Error, and everything that has a digest is
// checked against it.
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
    // Waits before another try; false: cancelled. Empty: by the cancellation. Tests count here.
    std::function<bool(std::chrono::milliseconds)> wait = {};
};

// With docker's credentials, those of DIRECTORY/config.json, and what `files` of a builder's node
// say (see read_settings()). All but `files` must outlive the result.
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

    // What the reference's tag or digest names, of manifest_limit bytes at most.
    Document manifest(const Reference &reference);
    // A manifest, an index or a small blob, of document_limit bytes at most.
    std::string document(const Reference &repository, const Descriptor &descriptor);
    // The manifests whose subject is `digest`; none where the registry knows no referrers.
    std::vector<Descriptor> referrers(const Reference &repository, const std::string &digest);

    bool has(const Reference &repository, const Descriptor &descriptor);
    // Under the repository's tag, or under the digest when it has none.
    void put_manifest(const Reference &repository, const Document &manifest);

    // Streams a blob into the sink; the sink checks the digest.
    void read_blob(const Reference &repository, const Descriptor &descriptor,
                   const std::shared_ptr<Sink> &sink);
    // An upload that has begun: where it goes to. Nothing when the blob is there now, since the
    // registry took it from `mount_from`, a path of its own (empty: none).
    struct Upload {
        std::string url;
        bool other_host = false; // which gets no credentials
    };
    std::optional<Upload> start_upload(const Reference &repository, const std::string &digest,
                                       const std::string &mount_from);
    void finish_upload(const Reference &repository, const Upload &upload,
                       const Descriptor &descriptor, const std::shared_ptr<Source> &source);

    // Waits before another try, longer each time. Throws Error when cancelled.
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

// Any other answer that is no success.
class StatusError : public Error {
  public:
    StatusError(const std::string &what, int status, std::string hint)
        : Error(what, ExitCode::failure, std::move(hint)), status_(status) {}
    bool transient() const { return status_ == 429 || status_ == 408 || status_ >= 500; }

  private:
    int status_;
};

// The registry answers that something does not exist.
class NotFound : public Error {
  public:
    explicit NotFound(const std::string &what, std::string hint = {})
        : Error(what, ExitCode::failure, std::move(hint)) {}
};

} // namespace berth::registry
