#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A tiny npm registry for tests: registry.py FOLDER [--token TOKEN] [--fault NAME=KIND ...]

FOLDER holds packages as NAME/VERSION/package.json with what else they have, or, where only the manifest matters, as
NAME.json: an object from version to manifest, in which `latest` may name a version in place of the
highest, and `bundled` of a manifest says which versions of packages come within its archive. With a token, every answer asks for it.
A fault is what happens when NAME is asked for: `500`, `cut` (the connection ends in the middle), `garbage`, `slow`.

Prints its address and ends when standard input does.
"""
import argparse
import base64
import hashlib
import io
import json
import os
import sys
import tarfile
import threading
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def order(version):
    return [int(part) for part in version.split("-")[0].split(".")]


def archive(files):
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as tar:
        for name, content in sorted(files.items()):
            info = tarfile.TarInfo("package/" + name)
            info.size, info.mode = len(content), 0o644
            tar.addfile(info, io.BytesIO(content))
    return stream.getvalue()


def content(folder):
    files = {}
    for place, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(place, name)
            with open(path, "rb") as file:
                files[os.path.relpath(path, folder)] = file.read()
    return files


class Registry:
    def __init__(self, folder):
        self.packages, self.archives, self.latest = {}, {}, {}
        for place, folders, names in os.walk(folder):
            for name in names:
                if name.endswith(".json") and name != "package.json":
                    package = os.path.relpath(os.path.join(place, name), folder)[:-5]
                    with open(os.path.join(place, name), encoding="utf-8") as file:
                        versions = json.load(file)
                        self.latest[package] = versions.pop("latest", None)
                        for version, manifest in versions.items():
                            manifest = {"name": package, "version": version, **manifest}
                            files = {"package.json": json.dumps(manifest).encode()}
                            for inner, number in manifest.pop("bundled", {}).items():
                                text = json.dumps({"name": inner, "version": number})
                                files[f"node_modules/{inner}/package.json"] = text.encode()
                            self.add(package, version, files)
                elif name == "package.json" and "node_modules" not in place:
                    package, version = os.path.split(os.path.relpath(place, folder))
                    self.add(package, version, content(place))

    def add(self, package, version, files):
        packed = archive(files)
        manifest = json.loads(files["package.json"])
        integrity = "sha512-" + base64.b64encode(hashlib.sha512(packed).digest()).decode()
        path = f"{package}/-/{package.split('/')[-1]}-{version}.tgz"
        self.archives[path] = packed
        manifest["dist"] = {"tarball": "@BASE@/" + path, "integrity": integrity,
                            "shasum": hashlib.sha1(packed).hexdigest()}
        self.packages.setdefault(package, {})[version] = manifest

    def packument(self, name):
        versions = self.packages.get(name)
        latest = versions and (self.latest.get(name) or max(versions, key=order))
        return versions and {"name": name, "versions": versions, "dist-tags": {"latest": latest}}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, format, *args):
        pass

    def reply(self, status, body):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        options, registry = self.server.options, self.server.registry
        if options.token and self.headers.get("Authorization") != "Bearer " + options.token:
            return self.reply(401, b'{"error":"a token is needed"}')
        path = urllib.parse.unquote(urllib.parse.urlsplit(self.path).path).lstrip("/")
        name = path.split("/-/")[0]
        fault = dict(fault.split("=") for fault in options.fault).get(name)
        if path in registry.archives:
            return self.reply(200, registry.archives[path])
        found = registry.packument(name)
        body = json.dumps(found).replace("@BASE@", self.server.url).encode() if found else b'{"error":"not found"}'
        if fault == "500":
            return self.reply(500, b'{"error":"broken"}')
        if fault == "garbage":
            return self.reply(200, b'{"name": "' + name.encode() + b'", "versions": {')
        if fault == "slow":
            time.sleep(600)
        if fault == "cut":
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body[: len(body) // 2])
            self.wfile.flush()
            self.close_connection = True
            return None
        return self.reply(200 if found else 404, body)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--token")
    parser.add_argument("--fault", action="append", default=[])
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.options = parser.parse_args()
    server.registry = Registry(server.options.folder)
    server.url = "http://127.0.0.1:%d" % server.server_address[1]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.url, flush=True)
    sys.stdin.read()


main()
