"""Debian's docker-registry in its variants, and the service that gives tokens for it, on loopback."""
import base64
import http.server
import json
import os
import re
import shutil
import subprocess
import tempfile
import threading
import time
import urllib.parse


class Authority:
    """An authority that nothing trusts by itself."""

    def __init__(self, folder):
        self.folder, self.certificate, self.key = folder, folder + "/ca.crt", folder + "/ca.key"
        self.openssl("req", "-x509", *self.new_key(self.key), "-days", "30", "-subj", "/CN=pare's tests",
                     "-out", self.certificate)

    @staticmethod
    def openssl(*words):
        subprocess.run(["openssl", *words], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    @staticmethod
    def new_key(path, kind=("ec", "-pkeyopt", "ec_paramgen_curve:prime256v1")):
        return "-newkey", *kind, "-nodes", "-keyout", path

    def issue(self, name, names="IP:127.0.0.1,DNS:localhost", days=30):
        stem = os.path.join(self.folder, name)
        self.openssl("req", *self.new_key(stem + ".key"), "-subj", "/CN=" + name, "-out", stem + ".csr")
        with open(stem + ".ext", "w", encoding="utf-8") as handle:
            handle.write("subjectAltName=%s\n" % names)
        self.openssl("x509", "-req", "-in", stem + ".csr", "-CA", self.certificate, "-CAkey", self.key,
                     "-days", str(days), "-extfile", stem + ".ext", "-out", stem + ".crt")
        return stem + ".crt", stem + ".key"


class Registry:
    """A registry on a free port, for a `with`."""

    def __init__(self, tls=None, client_authority=None, users=None, tokens=None):
        self.folder = tempfile.mkdtemp(prefix="pare-registry-")
        self.lines = ["version: 0.1", "storage:", "  filesystem: {rootdirectory: %s/store}" % self.folder,
                      "  delete: {enabled: true}", "  maintenance: {uploadpurging: {enabled: false}}",
                      "http:", "  addr: 127.0.0.1:0", "  secret: nothing-worth-hiding"]
        if tls:
            self.lines += ["  tls:", "    certificate: " + tls[0], "    key: " + tls[1]]
        if client_authority:
            self.lines += ["    clientcas: [%s]" % client_authority]
        if users:
            table = "".join(subprocess.run(["htpasswd", "-niB", "-C", "4", user], input=password, check=True,
                                           stdout=subprocess.PIPE, text=True).stdout.strip() + "\n"
                            for user, password in users.items())
            with open(self.folder + "/htpasswd", "w", encoding="utf-8") as handle:
                handle.write(table)
            self.lines += ["auth:", "  htpasswd: {realm: pare-tests, path: %s/htpasswd}" % self.folder]
        if tokens:
            self.lines += ["auth:", "  token:", "    realm: " + tokens.realm, "    service: registry.test",
                           "    issuer: pare-tests", "    rootcertbundle: " + tokens.certificate]

    def __enter__(self):
        with open(self.folder + "/config.yml", "w", encoding="utf-8") as handle:
            handle.write("\n".join(self.lines) + "\n")
        self.log = open(self.folder + "/log", "wb")
        self.child = subprocess.Popen(["docker-registry", "serve", self.folder + "/config.yml"],
                                      stdin=subprocess.DEVNULL, stdout=self.log, stderr=subprocess.STDOUT)
        for _ in range(3000):
            match = re.search(r"listening on (127\.0\.0\.1:\d+)", self.said())
            if match:
                self.place = match[1]
                return self
            if self.child.poll() is not None:
                break
            time.sleep(0.01)
        said = self.said()
        self.__exit__()
        raise RuntimeError("docker-registry did not start:\n" + said)

    def __exit__(self, *_):
        self.child.terminate()
        self.child.wait()
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def said(self):
        with open(self.folder + "/log", encoding="utf-8", errors="replace") as handle:
            return handle.read()

    def push(self, layout, name, *more):
        """Copies an image from a layout by skopeo; gives the name to scan it by."""
        subprocess.run(["skopeo", "copy", "--quiet", "--insecure-policy", "--dest-tls-verify=false", *more,
                        "oci:" + layout, "docker://%s/%s" % (self.place, name)], check=True, stdout=subprocess.DEVNULL)
        return "%s/%s" % (self.place, name)


class Loopback(http.server.ThreadingHTTPServer):
    """A server of the tests in a thread, for a `with`; its handler's `server` is this."""
    daemon_threads = True

    def __init__(self, handler):
        super().__init__(("127.0.0.1", 0), handler)
        self.place = "127.0.0.1:%d" % self.server_address[1]

    def __enter__(self):
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()

    def handle_error(self, request, client_address):
        """Clients that go away are what some checks are about."""


class Quiet(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        """Nothing is said."""

    def answer(self, status, body=b"", **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        if "Content_Length" not in headers:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


class TokenHandler(Quiet):
    def do_GET(self):
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query)
        user, _, password = base64.b64decode(
            (self.headers.get("Authorization") or "Basic ").split(" ", 1)[1]).decode().partition(":")
        self.server.asked.append((user, query.get("scope")))
        if user and self.server.users.get(user, (None,))[0] != password:
            return self.answer(401, b'{"errors":[{"code":"UNAUTHORIZED","message":"wrong password"}]}')
        allowed = self.server.users.get(user, (None, []))[1]
        access = []
        for scope in query.get("scope", []):
            kind, name, actions = scope.split(":")
            if name in allowed:
                access.append({"type": kind, "name": name, "actions": actions.split(",")})
        self.answer(200, json.dumps({"token": self.server.sign(user, access), "expires_in": 300}).encode())


class TokenService(Loopback):
    """Signs tokens by `openssl`; users are `{name: (password, [repositories])}`."""

    def __init__(self, users, folder):
        super().__init__(TokenHandler)
        self.users, self.asked = users, []
        self.certificate, self.key = folder + "/tokens.crt", folder + "/tokens.key"
        Authority.openssl("req", "-x509", *Authority.new_key(self.key, ("rsa:2048",)), "-days", "30",
                          "-subj", "/CN=pare-tests", "-out", self.certificate)
        self.realm = "http://%s/token" % self.place

    def sign(self, user, access):
        def pack(data):
            return base64.urlsafe_b64encode(data).rstrip(b"=")
        with open(self.certificate, encoding="utf-8") as handle:
            chain = "".join(line.strip() for line in handle if not line.startswith("-----"))
        now = int(time.time())
        text = pack(json.dumps({"typ": "JWT", "alg": "RS256", "x5c": [chain]}).encode()) + b"." + pack(json.dumps(
            {"iss": "pare-tests", "sub": user, "aud": "registry.test", "iat": now, "nbf": now - 5, "exp": now + 300,
             "jti": str(now), "access": access}).encode())
        signature = subprocess.run(["openssl", "dgst", "-sha256", "-sign", self.key], input=text, check=True,
                                   stdout=subprocess.PIPE).stdout
        return (text + b"." + pack(signature)).decode()
