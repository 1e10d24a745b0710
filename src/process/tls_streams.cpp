// SPDX-License-Identifier: Apache-2.0
#include "berth/process/tls_streams.hpp"

#include "berth/util/strings.hpp"

#include "openssl.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <condition_variable>
#include <memory>
#include <mutex>

namespace berth::process {
namespace {

std::string last_reason() {
    auto code = openssl().ERR_get_error();
    openssl().ERR_clear_error();
    const auto *text = openssl().ERR_reason_error_string(code);
    return text == nullptr ? "unknown reason" : text;
}

int no_password(char * /*buffer*/, int /*size*/, int /*writing*/, void * /*data*/) {
    return 0; // no prompt for the password of a key file
}

// A connection whose encrypted side is memory. Guarded by a mutex, since two threads handle the
// command's input and output.
class TlsClient {
  public:
    TlsClient(const Streams &inner, const TlsSettings &settings) : inner_(inner) {
        openssl().SSL_CTX_set_default_passwd_cb(context_.get(), no_password);
        openssl().SSL_CTX_ctrl(context_.get(), SSL_CTRL_SET_MIN_PROTO_VERSION, TLS1_2_VERSION,
                               nullptr);
        openssl().SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, nullptr);
        load(settings);
        ssl_.reset(openssl().SSL_new(context_.get()));
        if (!ssl_)
            throw TlsError("cannot start TLS: " + last_reason());
        expect(settings.server_name);
        openssl().SSL_set_bio(ssl_.get(), openssl().BIO_new(openssl().BIO_s_mem()),
                              openssl().BIO_new(openssl().BIO_s_mem())); // owned by it
        openssl().SSL_set_connect_state(ssl_.get());
        shake_hands();
    }

    // Returns bytes to send to the server.
    std::size_t send(char *buffer, std::size_t size) {
        std::unique_lock lock(mutex_);
        while (true) {
            if (auto count = openssl().BIO_read(openssl().SSL_get_wbio(ssl_.get()), buffer,
                                                static_cast<int>(size));
                count > 0)
                return static_cast<std::size_t>(count);
            if (closed_)
                return 0;
            if (established_)
                encrypt(lock);
            else
                changed_.wait(lock);
        }
    }

    // Takes bytes from the server.
    void receive(std::string_view bytes) {
        std::unique_lock lock(mutex_);
        openssl().BIO_write(openssl().SSL_get_rbio(ssl_.get()), bytes.data(),
                            static_cast<int>(bytes.size()));
        if (!established_)
            shake_hands();
        changed_.notify_all();
        while (established_) {
            auto count =
                openssl().SSL_read(ssl_.get(), plain_.data(), static_cast<int>(plain_.size()));
            if (count <= 0) {
                check(count);
                return;
            }
            lock.unlock();
            inner_.on_output({plain_.data(), static_cast<std::size_t>(count)});
            lock.lock();
        }
    }

    void close() {
        {
            std::lock_guard lock(mutex_);
            closed_ = true;
        }
        changed_.notify_all();
        if (inner_.on_exit)
            inner_.on_exit();
    }

  private:
    void load(const TlsSettings &settings) {
        auto *context = context_.get();
        auto fail = [](const char *what, const std::string &file) {
            throw TlsError(
                fmt::format("cannot read the {} in {}: {}", what, printable(file), last_reason()));
        };
        if (openssl().SSL_CTX_load_verify_file(context, settings.ca_file.c_str()) != 1)
            fail("CA certificate", settings.ca_file);
        if (settings.certificate_file.empty())
            return;
        if (openssl().SSL_CTX_use_certificate_chain_file(context,
                                                         settings.certificate_file.c_str()) != 1)
            fail("certificate", settings.certificate_file);
        if (openssl().SSL_CTX_use_PrivateKey_file(context, settings.key_file.c_str(),
                                                  SSL_FILETYPE_PEM) != 1)
            fail("key", settings.key_file);
    }

    void expect(const std::string &name) {
        auto *parameters = openssl().SSL_get0_param(ssl_.get());
        if (openssl().X509_VERIFY_PARAM_set1_ip_asc(parameters, name.c_str()) != 1) {
            openssl().SSL_set1_host(ssl_.get(), name.c_str());
            openssl().SSL_ctrl(ssl_.get(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
                               const_cast<char *>(name.c_str()));
        }
        static constexpr std::array<unsigned char, 3> http2 = {2, 'h', '2'};
        openssl().SSL_set_alpn_protos(ssl_.get(), http2.data(), http2.size());
    }

    void shake_hands() {
        auto result = openssl().SSL_do_handshake(ssl_.get());
        established_ = result == 1;
        check(result);
    }

    // Takes plain bytes from the inner side, without the lock: that may block.
    void encrypt(std::unique_lock<std::mutex> &lock) {
        std::array<char, 16 << 10> buffer; // one record
        lock.unlock();
        auto count = inner_.input(buffer.data(), buffer.size());
        lock.lock();
        if (count > 0) {
            openssl().SSL_write(ssl_.get(), buffer.data(),
                                static_cast<int>(count)); // never blocks, since it writes to memory
            return;
        }
        openssl().SSL_shutdown(ssl_.get());
        closed_ = true;
    }

    void check(int result) const {
        auto error = openssl().SSL_get_error(ssl_.get(), result);
        if (result == 1 || error == SSL_ERROR_WANT_READ || error == SSL_ERROR_ZERO_RETURN)
            return;
        auto verified = openssl().SSL_get_verify_result(ssl_.get());
        throw TlsError("TLS: " + (verified == X509_V_OK
                                      ? last_reason()
                                      : std::string("the server's certificate is not accepted: ") +
                                            openssl().X509_verify_cert_error_string(verified)));
    }

    struct Freed {
        void operator()(SSL_CTX *context) const { openssl().SSL_CTX_free(context); }
        void operator()(SSL *ssl) const { openssl().SSL_free(ssl); }
    };

    Streams inner_;
    std::unique_ptr<SSL_CTX, Freed> context_{openssl().SSL_CTX_new(openssl().TLS_client_method())};
    std::unique_ptr<SSL, Freed> ssl_;
    std::mutex mutex_;
    std::condition_variable changed_;
    bool established_ = false, closed_ = false;
    std::array<char, 16 << 10> plain_{};
};

} // namespace

Streams with_tls(const Streams &inner, const TlsSettings &settings) {
    auto client = std::make_shared<TlsClient>(inner, settings);
    auto outer = inner;
    outer.input = [client](char *buffer, std::size_t size) { return client->send(buffer, size); };
    outer.on_output = [client](std::string_view bytes) { client->receive(bytes); };
    outer.on_exit = [client] { client->close(); };
    return outer;
}

} // namespace berth::process
