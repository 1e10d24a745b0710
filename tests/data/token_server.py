# SPDX-License-Identifier: Apache-2.0
"""A token server for a docker-registry with `auth: token`, as the registry's documentation has it: a name and
a password by GET (docs/spec/auth/token) or POST, an identity token by POST (docs/spec/auth/oauth).

token_server.py PORT KEY CERTIFICATE LOG; what is asked for becomes a line of LOG, without what is secret.
"""
import base64
import json
import subprocess
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlparse

USER, PASSWORD, IDENTITY = "me", "pass-of-me", "identity-of-me"
port, key, certificate, log = int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4]


def encode(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def signed(scope):
    der = subprocess.run(["openssl", "x509", "-in", certificate, "-outform", "DER"],
                         capture_output=True, check=True).stdout
    access = []
    for part in scope.split():
        kind, name, actions = part.split(":", 2)
        access.append({"type": kind, "name": name, "actions": actions.split(",")})
    now = int(time.time())
    header = {"typ": "JWT", "alg": "RS256", "x5c": [base64.b64encode(der).decode()]}
    claims = {"iss": "berth-test", "sub": USER, "aud": "registry", "exp": now + 300, "nbf": now - 60, "iat": now,
              "jti": str(now), "access": access}
    text = encode(json.dumps(header).encode()) + b"." + encode(json.dumps(claims).encode())
    signature = subprocess.run(["openssl", "dgst", "-sha256", "-sign", key], input=text,
                               capture_output=True, check=True).stdout
    return (text + b"." + encode(signature)).decode()


class Handler(BaseHTTPRequestHandler):
    def answer(self, how, allowed, scope):
        with open(log, "a", encoding="utf-8") as lines:
            lines.write(f"{how} {'granted' if allowed else 'denied'} {scope}\n")
        token = signed(scope) if allowed else ""
        body = json.dumps({"token": token, "access_token": token, "expires_in": 300} if allowed
                          else {"errors": [{"code": "UNAUTHORIZED", "message": "denied"}]}).encode()
        self.send_response(200 if allowed else 401)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        query = parse_qs(urlparse(self.path).query)
        basic = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        given = self.headers.get("Authorization")
        self.answer("password" if given else "nobody", given == basic, " ".join(query.get("scope", [])))

    def do_POST(self):
        form = {name: values[0] for name, values in
                parse_qs(self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()).items()}
        if form.get("grant_type") == "refresh_token":
            how, allowed = "identity", form.get("refresh_token") == IDENTITY
        else:
            how, allowed = "password", (form.get("username"), form.get("password")) == (USER, PASSWORD)
        self.answer(how, allowed, form.get("scope", ""))

    def log_message(self, *_):
        pass


ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever()
