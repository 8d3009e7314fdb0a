#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A tiny Python package index for tests: index.py FOLDER [--token TOKEN] [--fault NAME ...]

FOLDER holds NAME.json: an object from version to the list of what it requires. Every version is a wheel. With a token, every
answer asks for it as a password; NAME of a fault is answered with 500. Prints its address, ends with standard input.
"""
import argparse
import base64
import hashlib
import io
import json
import os
import sys
import threading
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def wheel(name, version, requires):
    stream = io.BytesIO()
    folder = f"{name}-{version}.dist-info/"
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    metadata += "".join(f"Requires-Dist: {text}\n" for text in requires)
    with zipfile.ZipFile(stream, "w") as archive:
        for path, text in [
            (f"{name}.py", f"version = '{version}'\n"), (folder + "METADATA", metadata),
            (folder + "WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"),
            (folder + "RECORD", ""),
        ]:
            archive.writestr(zipfile.ZipInfo(path, (2020, 1, 1, 0, 0, 0)), text)
    return stream.getvalue()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, format, *args):
        pass

    def reply(self, status, body, kind="text/html"):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        if status == 401:
            self.send_header("WWW-Authenticate", 'Basic realm="index"')
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        options = self.server.options
        if options.token:
            asked = base64.b64encode(("user:" + options.token).encode()).decode()
            if self.headers.get("Authorization") != "Basic " + asked:
                return self.reply(401, b"a password is needed")
        path = self.path.strip("/")
        if path.startswith("files/") and path[6:] in self.server.wheels:
            return self.reply(200, self.server.wheels[path[6:]], "application/octet-stream")
        name = path.removeprefix("simple/").replace("-", "_").lower()
        if name in options.fault:
            return self.reply(500, b"broken")
        found = {file: data for file, data in self.server.wheels.items() if file.lower().startswith(name + "-")}
        if not found:
            return self.reply(404, b"not found")
        links = "".join(
            f'<a href="/files/{file}#sha256={hashlib.sha256(data).hexdigest()}">{file}</a>\n'
            for file, data in found.items())
        return self.reply(200, f"<!DOCTYPE html><html><body>{links}</body></html>".encode())


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--token")
    parser.add_argument("--fault", action="append", default=[])
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.options = parser.parse_args()
    server.wheels = {}
    for file in os.listdir(server.options.folder):
        name = file.removesuffix(".json")
        with open(os.path.join(server.options.folder, file), encoding="utf-8") as text:
            for version, requires in json.load(text).items():
                server.wheels[f"{name}-{version}-py3-none-any.whl"] = wheel(name, version, requires)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print("http://127.0.0.1:%d" % server.server_address[1], flush=True)
    sys.stdin.read()


main()
