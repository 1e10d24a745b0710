// SPDX-License-Identifier: Apache-2.0
#include "berth/session/auth.hpp"

#include "berth/buildkit/typed_stream.hpp"

#include "buildkit/auth.pb.h"

#include <chrono>
#include <map>
#include <memory>
#include <mutex>

namespace berth::session {
namespace {

using namespace moby::filesync::v1;
using buildkit::GrpcError;
using buildkit::StatusCode;
using std::chrono::steady_clock;

// Like docker buildx: some registries' tokens expire after five minutes.
constexpr auto lookup_counts = std::chrono::minutes(4) + std::chrono::seconds(50);

constexpr std::int64_t token_expires = 60; // seconds, by default

// Helpers that ask the user must not run in parallel.
class CachedLookup {
  public:
    explicit CachedLookup(CredentialLookup lookup) : lookup_(std::move(lookup)) {}

    Credential find(const std::string &host) {
        std::lock_guard lock(mutex_);
        auto now = steady_clock::now();
        auto found = known_.find(host);
        if (found != known_.end() && now - found->second.at <= lookup_counts)
            return found->second.credential;
        auto credential = lookup_(host);
        known_.insert_or_assign(host, Known{credential, now});
        return credential;
    }

  private:
    struct Known {
        Credential credential;
        steady_clock::time_point at;
    };
    CredentialLookup lookup_;
    std::mutex mutex_;
    std::map<std::string, Known> known_;
};

[[noreturn]] void no_tokens() {
    throw GrpcError(StatusCode::unavailable, "client side tokens disabled");
}

} // namespace

void add_auth(buildkit::Services &services, CredentialLookup lookup) {
    auto cached = std::make_shared<CachedLookup>(std::move(lookup));
    services.add("/moby.filesync.v1.Auth/Credentials",
                 buildkit::unary<CredentialsRequest, CredentialsResponse>(
                     [cached](const CredentialsRequest &request, const auto &) {
                         auto credential = cached->find(request.host());
                         CredentialsResponse response;
                         if (!credential.identity_token.empty()) {
                             response.set_secret(credential.identity_token.reveal());
                         } else {
                             response.set_username(credential.username);
                             response.set_secret(credential.password.reveal());
                         }
                         return response;
                     }));
    services.add("/moby.filesync.v1.Auth/FetchToken",
                 buildkit::unary<FetchTokenRequest, FetchTokenResponse>(
                     [cached](const FetchTokenRequest &request, const auto &) {
                         auto token = cached->find(request.host()).registry_token.reveal();
                         if (token.empty())
                             no_tokens();
                         FetchTokenResponse response;
                         response.set_token(token);
                         response.set_expires_in(token_expires);
                         return response;
                     }));
    services.add("/moby.filesync.v1.Auth/GetTokenAuthority",
                 [](auto &) -> buildkit::Status { no_tokens(); });
    services.add("/moby.filesync.v1.Auth/VerifyTokenAuthority",
                 [](auto &) -> buildkit::Status { no_tokens(); });
}

} // namespace berth::session
