# SPDX-License-Identifier: Apache-2.0
"""A registry that accepts pushes and forgets them, except that one step of a push fails, which the repository names:
`STEP/STATUS`, such as `upload/429`. Steps are look, upload, blob and manifest; the status `closed` closes the connection.

faulty_registry.py PORT
"""
import hashlib
import json
import re
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, status, headers=(), body=b""):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def body(self):
        if self.headers.get("Transfer-Encoding") == "chunked":
            data = b""
            while size := int(self.rfile.readline(), 16):
                data += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
            return data
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def step(self):
        rest = self.path.split("?")[0].split("/")
        if self.command in ("HEAD", "GET"):
            return "look"
        return {"POST": "upload", "PATCH": "blob"}.get(self.command) or ("manifest" if "manifests" in rest else "blob")

    def handle_request(self):
        data = self.body()
        if self.path == "/v2/":
            return self.answer(200)
        _, _, step, status, kind, *rest = self.path.split("?")[0].split("/")
        if step == self.step():
            if status == "closed":
                self.close_connection = True
                return None
            error = {"errors": [{"code": "DENIED", "message": f"{step} is not possible today"}]}
            return self.answer(int(status), [("Content-Type", "application/json")], json.dumps(error).encode())
        if self.command in ("HEAD", "GET"):
            return self.answer(404)
        if self.command == "POST":
            return self.answer(202, [("Location", f"/v2/{step}/{status}/blobs/uploads/1")])
        if kind == "manifests":
            digest = "sha256:" + hashlib.sha256(data).hexdigest()
        else:
            digest = re.sub("%3A", ":", self.path.split("digest=")[-1])
        return self.answer(201, [("Docker-Content-Digest", digest)])

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = handle_request

    def log_message(self, *_):
        pass


ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
