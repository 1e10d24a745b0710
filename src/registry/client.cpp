// SPDX-License-Identifier: Apache-2.0
#include "berth/registry/client.hpp"

#include "berth/util/encoding.hpp"
#include "berth/util/strings.hpp"
#include "berth/util/url_text.hpp"

#include "answer.hpp"
#include "auth.hpp"
#include "endpoint.hpp"
#include "url.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>
#include <utility>

namespace berth::registry {

namespace {

// For a busy registry, and for a broken one.
constexpr int most_tries = 5, most_failures = 3;
constexpr int most_redirects = 10, most_logins = 2;
constexpr std::chrono::milliseconds first_pause{500}, longest_pause{std::chrono::minutes(1)};

constexpr const char *accept_manifests =
    "Accept: application/vnd.docker.distribution.manifest.v2+json, "
    "application/vnd.docker.distribution.manifest.list.v2+json, "
    "application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json, */*";

bool is_redirect(const HttpRequest &request, const HttpResponse &response) {
    auto status = response.status;
    return (request.method == "GET" || request.method == "HEAD") &&
           (status == 301 || status == 302 || status == 303 || status == 307 || status == 308);
}

// Whether to wait and retry. A mirror is not retried if another host follows it.
bool is_passing(int status, bool last) {
    if (status == 429 || status == 408)
        return true;
    return last && (status == 500 || status == 502 || status == 503 || status == 504);
}

std::string repository_path(const Reference &repository, const std::string &rest) {
    return "/" + repository.path + "/" + rest;
}

std::string scope(const std::string &path, const char *actions) {
    return fmt::format("repository:{}:{}", path, actions);
}

} // namespace

struct Client::Answer {
    HttpResponse response;
    Url url; // that responded
    bool other_host = false;
};

struct Client::Parts {
    explicit Parts(ClientOptions &options)
        : http(options.cancellation, options.environment),
          authorizer([this](const HttpRequest &request) { return http.perform(request); },
                     options.credentials) {}
    HttpClient http;
    Authorizer authorizer;
    std::mutex mutex;
    TlsFiles tls_files;
    std::map<std::pair<std::string, Use>, std::vector<Endpoint>> endpoints; // by domain
};

Client::Client(ClientOptions options)
    : options_(std::move(options)), parts_(std::make_unique<Parts>(options_)) {
    if (!options_.wait)
        options_.wait = [this](std::chrono::milliseconds time) {
            return !options_.cancellation.wait_for(time);
        };
}
Client::~Client() = default;

std::vector<Endpoint> Client::endpoints(const std::string &domain, Use use) {
    std::lock_guard lock(parts_->mutex);
    auto &found = parts_->endpoints[{domain, use}];
    if (found.empty())
        found = find_endpoints(domain, use == Use::pull, options_.settings, parts_->tls_files);
    return found;
}

void Client::pause(const HttpResponse *response, int attempt) {
    auto time = first_pause * (1 << std::min(attempt, 6));
    if (response != nullptr)
        time = retry_after(*response).value_or(time);
    if (!options_.wait(time))
        options_.cancellation.check();
}

// Logs in, follows redirects and retries, each with a limit.
Client::Answer Client::send(const Endpoint &endpoint, HttpRequest request, const Scopes &scopes,
                            bool last) {
    auto url = parse_url(request.url);
    if (!url)
        throw Error(fmt::format("not a URL: {}", printable(request.url)));
    const auto origin = url->origin();
    const auto headers = request.headers;
    bool streams = request.source != nullptr;
    for (int tries = 0, redirects = 0, logins = 0;;) {
        bool other_host = url->origin() != origin;
        request.url = url->text();
        request.tls = other_host ? Tls{} : endpoint.tls;
        request.headers = headers;
        auto authorization =
            other_host ? "" : parts_->authorizer.authorization(*url, scopes, request.tls);
        if (!authorization.empty())
            request.headers.push_back("Authorization: " + authorization);
        HttpResponse response;
        try {
            response = parts_->http.perform(request);
        } catch (const TransportError &error) {
            if (!error.transient() || !last || streams || error.partial() ||
                ++tries == most_failures)
                throw;
            pause(nullptr, tries);
            continue;
        }
        if (response.status == 401 && !other_host && !streams && logins++ < most_logins &&
            parts_->authorizer.learn(*url, scopes, response, authorization))
            continue;
        if (is_passing(response.status, last) && !streams &&
            ++tries < (response.status < 500 ? most_tries : most_failures) &&
            retry_after(response).value_or(first_pause) <= longest_pause) {
            pause(&response, tries);
            continue;
        }
        if (is_redirect(request, response) && redirects++ < most_redirects) {
            auto next = resolve_url(*url, response.header("location"));
            if (!next)
                throw Error(fmt::format("{} redirects to an invalid URL", printable(url->text())));
            url = next;
            continue;
        }
        return {std::move(response), *url, other_host};
    }
}

// Tries the hosts in order. Reports the failure of the host that got furthest.
HttpResponse Client::pull(const Reference &repository, const std::string &path, HttpRequest request,
                          const std::string &what) {
    auto hosts = endpoints(repository.domain, Use::pull);
    std::exception_ptr failure;
    int furthest = 0;
    auto fail = [&](int rank, std::exception_ptr error) {
        if (rank > furthest) {
            furthest = rank;
            failure = std::move(error);
        }
    };
    for (const auto &host : hosts) {
        request.url = host.url(repository_path(repository, path));
        try {
            auto answer =
                send(host, request, {scope(repository.path, "pull")}, &host == &hosts.back());
            auto status = answer.response.status;
            if (status == 200)
                return std::move(answer.response);
            if (status == 404)
                fail(2, std::make_exception_ptr(NotFound(what + ": not found")));
            else
                fail(3, std::make_exception_ptr(
                            status_error(request.method, answer.url.text(), answer.response)));
        } catch (const TransportError &error) {
            if (error.partial())
                throw;
            fail(1, std::current_exception());
        } catch (const Error &error) {
            if (error.code() == ExitCode::cancelled)
                throw;
            fail(1, std::current_exception());
        }
    }
    std::rethrow_exception(failure);
}

Client::Answer Client::push(const Reference &repository, const std::string &path,
                            HttpRequest request, const std::string &also_pull) {
    auto host = endpoints(repository.domain, Use::push).front();
    Scopes scopes{scope(repository.path, "pull,push")};
    if (!also_pull.empty())
        scopes.insert(scope(also_pull, "pull"));
    request.url = host.url(repository_path(repository, path));
    return send(host, std::move(request), scopes, true);
}

Document Client::manifest(const Reference &reference) {
    auto what = reference.text();
    if (!reference.digest.empty())
        check_digest(reference.digest, what);
    auto response = pull(reference, "manifests/" + reference.object(),
                         {.headers = {accept_manifests}, .limit = manifest_limit}, what);
    if (response.body.empty())
        throw Error(fmt::format("the registry's answer for {} is empty", printable(what)));
    auto digest = "sha256:" + sha256_hex(response.body);
    auto expected =
        reference.digest.empty() ? response.header("docker-content-digest") : reference.digest;
    if (!expected.empty() && expected != digest)
        throw Error(fmt::format("the registry's answer for {} has the digest {} and not {}",
                                printable(what), digest, printable(expected)));
    return {{.media_type = media_type_of(response),
             .digest = digest,
             .size = static_cast<std::int64_t>(response.body.size())},
            std::move(response.body)};
}

std::string Client::document(const Reference &repository, const Descriptor &descriptor) {
    auto what = repository.name() + "@" + descriptor.digest;
    check_digest(descriptor.digest, what);
    bool manifest = is_manifest(descriptor.media_type) || is_index(descriptor.media_type);
    auto limit = manifest ? manifest_limit : document_limit;
    if (descriptor.size > static_cast<std::int64_t>(limit))
        throw Error(fmt::format("{} is {} bytes long, and at most {} are read", printable(what),
                                descriptor.size, limit));
    HttpRequest request{.headers = {manifest ? fmt::format("Accept: {}, */*", descriptor.media_type)
                                             : "Accept: */*"},
                        .limit = limit};
    auto path = (manifest ? "manifests/" : "blobs/") + descriptor.digest;
    auto bytes = pull(repository, path, std::move(request), what).body;
    check_document(descriptor, bytes);
    return bytes;
}

std::vector<Descriptor> Client::referrers(const Reference &repository, const std::string &digest) {
    check_digest(digest, repository.name());
    std::exception_ptr failure; // of a registry that does not know the request, for example
    for (const auto &path : {"referrers/" + digest, "manifests/" + replace_all(digest, ":", "-")}) {
        try {
            auto response = pull(repository, path,
                                 {.headers = {fmt::format("Accept: {}, */*", media::oci_index)},
                                  .limit = manifest_limit},
                                 repository.name());
            auto what = fmt::format("the referrers of {}@{}", repository.name(), digest);
            return descriptors_in(parse_document(response.body, what), "manifests", what);
        } catch (const NotFound &) { // an older registry, which has referrers under a tag
            failure = nullptr;
        } catch (const Error &error) {
            if (error.code() == ExitCode::cancelled)
                throw;
            if (!failure)
                failure = std::current_exception();
        }
    }
    if (failure)
        std::rethrow_exception(failure);
    return {};
}

bool Client::has(const Reference &repository, const Descriptor &descriptor) {
    check_digest(descriptor.digest, repository.name());
    bool manifest = is_manifest(descriptor.media_type) || is_index(descriptor.media_type);
    auto answer = push(
        repository, (manifest ? "manifests/" : "blobs/") + descriptor.digest,
        {.method = "HEAD", .headers = {fmt::format("Accept: {}, */*", descriptor.media_type)}});
    if (answer.response.status != 200 && answer.response.status != 404)
        throw status_error("HEAD", answer.url.text(), answer.response);
    return answer.response.status == 200;
}

void Client::put_manifest(const Reference &repository, const Document &manifest) {
    const auto &descriptor = manifest.descriptor;
    auto answer = push(repository,
                       "manifests/" + (repository.tag.empty() ? descriptor.digest : repository.tag),
                       {.method = "PUT",
                        .headers = {"Content-Type: " + descriptor.media_type},
                        .body = manifest.bytes});
    if (answer.response.status != 200 && answer.response.status != 201 &&
        answer.response.status != 202)
        throw status_error("PUT", answer.url.text(), answer.response);
    auto digest = answer.response.header("docker-content-digest");
    if (!digest.empty() && digest != descriptor.digest)
        throw Error(
            fmt::format("the registry keeps {} as {}", descriptor.digest, printable(digest)));
}

void Client::read_blob(const Reference &repository, const Descriptor &descriptor,
                       const std::shared_ptr<Sink> &sink) {
    pull(repository, "blobs/" + descriptor.digest, {.headers = {"Accept: */*"}, .sink = sink},
         repository.name() + "@" + descriptor.digest);
}

std::optional<Client::Upload> Client::start_upload(const Reference &repository,
                                                   const std::string &digest,
                                                   const std::string &mount_from) {
    std::string path = "blobs/uploads/";
    if (!mount_from.empty())
        path +=
            fmt::format("?mount={}&from={}", percent_escape(digest), percent_escape(mount_from));
    Answer answer;
    try {
        answer = push(repository, path, {.method = "POST"}, mount_from);
    } catch (const Error &error) { // the token server may deny access to the other repository
        if (mount_from.empty() || error.code() == ExitCode::cancelled)
            throw;
    }
    auto status = answer.response.status;
    if (!mount_from.empty() && (status == 0 || status == 401 || status == 403))
        return start_upload(repository, digest, "");
    if (status == 201)
        return std::nullopt;
    if (status != 202 && status != 200 && status != 204)
        throw status_error("POST", answer.url.text(), answer.response);
    auto url = resolve_url(answer.url, answer.response.header("location"));
    if (!url)
        throw Error(fmt::format("{} names no place for an upload", printable(answer.url.text())));
    url->rest += (url->rest.find('?') == std::string::npos ? "?digest=" : "&digest=") +
                 percent_escape(digest);
    return Upload{url->text(), url->origin() != answer.url.origin()};
}

void Client::finish_upload(const Reference &repository, const Upload &upload,
                           const Descriptor &descriptor, const std::shared_ptr<Source> &source) {
    HttpRequest request{.method = "PUT",
                        .url = upload.url,
                        .headers = {"Content-Type: application/octet-stream"},
                        .source = source,
                        .source_size = descriptor.size};
    Answer answer;
    if (upload.other_host)
        answer = {parts_->http.perform(request), *parse_url(upload.url), true};
    else
        answer = send(endpoints(repository.domain, Use::push).front(), std::move(request),
                      {scope(repository.path, "pull,push")}, true);
    if (answer.response.status != 201 && answer.response.status != 204 &&
        answer.response.status != 200)
        throw status_error("PUT", answer.url.text(), answer.response);
}

} // namespace berth::registry
