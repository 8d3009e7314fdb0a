#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A small read-only npm registry made of Debian's node packages.

  npm_registry.py build --out DIR --suite bookworm=ROOT [--suite ...] --want NAME [--want ...]
  npm_registry.py serve --dir DIR [--port 4873]
  npm_registry.py run --dir DIR [--port 4873] -- COMMAND...
  npm_registry.py run --registry URL -- COMMAND...

build packs what is under ROOT/usr/share/nodejs as npm packs it, and all that the wanted packages depend on. A
dependency whose range no packed version satisfies gets the version that the same Debian suite ships; one that Debian
does not ship at all is left out. DIR/relaxed.json lists both kinds.

serve answers on 127.0.0.1 until it is stopped. run does so while COMMAND runs and ends with COMMAND's status;
PARE_BUILD_OPTIONS tells COMMAND which options make an image build use the registry (that of URL, if one is given).
Nothing is ever fetched from elsewhere.
"""

import argparse
import base64
import gzip
import hashlib
import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tarfile
import tempfile
import threading
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

# --- versions and ranges, as npm understands them

VERSION = re.compile(r"^[v=\s]*(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?$")
PRIMITIVE = re.compile(
    r"^(>=|<=|>|<|=|~>|~|\^)?\s*v?(\d+|[xX*])?(?:\.(\d+|[xX*]))?(?:\.(\d+|[xX*]))?(?:-([0-9A-Za-z.-]+))?(?:\+\S+)?$"
)
OPERATORS = {
    ">=": lambda a, b: a >= b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    "<": lambda a, b: a < b,
    "=": lambda a, b: a == b,
}


def prerelease(text):
    """'beta.2' as a tuple that sorts as npm sorts it: numbers before words."""
    if not text:
        return ()
    return tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in text.split("."))


def parse(version):
    """A version as (major, minor, patch, prerelease), or None."""
    match = VERSION.match(version.strip())
    if not match:
        return None
    return (int(match[1]), int(match[2]), int(match[3]), prerelease(match[4]))


def order(version):
    """Sort key: a version without a prerelease comes after all of its prereleases."""
    return (*version[:3], version[3] == (), version[3])


def latest(versions):
    return max(versions, key=lambda version: order(parse(version)))


def comparators(primitive):
    """One primitive of a range ('^1.2', '>=3', '1.x') as [(operator, version)], or None."""
    match = PRIMITIVE.match(primitive)
    if not match:
        return None
    operator = match[1]
    a, b, c = (None if part is None or part in "xX*" else int(part) for part in match.groups()[1:4])
    if a is None:
        return []
    low = (a, b or 0, c or 0, prerelease(match[5]))
    next_major, next_minor = (a + 1, 0, 0, ()), (a, (b or 0) + 1, 0, ())
    first_unsure = next_major if b is None else next_minor
    if operator in ("~", "~>"):
        return [(">=", low), ("<", first_unsure)]
    if operator == "^":
        if a or b is None:
            high = next_major
        elif b or c is None:
            high = next_minor
        else:
            high = (0, 0, c + 1, ())
        return [(">=", low), ("<", high)]
    if operator in (None, "="):
        return [("=", low)] if c is not None else [(">=", low), ("<", first_unsure)]
    if operator == ">" and c is None:
        return [(">=", first_unsure)]
    if operator == "<=" and c is None:
        return [("<", first_unsure)]
    return [(operator, low)]


def satisfies(version, wanted):
    """Does this version lie in the range?"""
    parsed = parse(version)
    if parsed is None:
        return False
    wanted = (wanted or "*").strip()
    if wanted in ("", "*", "x", "latest"):
        return parsed[3] == ()
    return any(satisfies_all(parsed, alternative.strip()) for alternative in wanted.split("||"))


def satisfies_all(parsed, alternative):
    hyphen = re.match(r"^(\S+)\s+-\s+(\S+)$", alternative)
    if hyphen:
        alternative = f">={hyphen[1]} <={hyphen[2]}"
    alternative = re.sub(r"(>=|<=|>|<|=|~>|~|\^)\s+", r"\1", alternative)
    bounds = []
    for primitive in alternative.split():
        more = comparators(primitive)
        if more is None:
            return False
        bounds += more
    if not all(OPERATORS[operator](order(parsed), order(bound)) for operator, bound in bounds):
        return False
    # A prerelease only counts where the range names a prerelease of the same version.
    return not parsed[3] or any(bound[3] and bound[:3] == parsed[:3] for _, bound in bounds)


# --- what Debian ships

MODULE_FOLDERS = ("usr/share/nodejs", "usr/lib/nodejs", "usr/lib/x86_64-linux-gnu/nodejs")


class Package:
    """A folder with a package.json. on_path: not inside another package's node_modules."""

    def __init__(self, suite, root, folder, meta, on_path):
        self.suite, self.root, self.folder, self.meta, self.on_path = suite, root, folder, meta, on_path
        self.name, self.version = meta["name"], meta["version"]

    def files(self):
        """Path in the package -> path on disk."""
        found = {}

        def walk(folder, prefix, depth):
            for name in sorted(os.listdir(folder)):
                if name in ("node_modules", ".git", "pkgjs-lock.json"):
                    continue
                path = resolve(os.path.join(folder, name), self.root)
                if os.path.isfile(path):
                    found[prefix + name] = path
                elif os.path.isdir(path) and depth < 24:
                    walk(path, f"{prefix}{name}/", depth + 1)

        walk(self.folder, "", 0)
        return found


def resolve(path, root):
    """Follows links as they would lead inside root."""
    for _ in range(40):
        if not os.path.islink(path):
            break
        target = os.readlink(path)
        if target.startswith("/"):
            path = os.path.join(root, target.lstrip("/"))
        else:
            path = os.path.normpath(os.path.join(os.path.dirname(path), target))
    return path


def read_meta(folder):
    """The package.json of a folder if it names a package and a version, else None."""
    try:
        with open(os.path.join(folder, "package.json"), encoding="utf-8") as file:
            meta = json.load(file)
    except (OSError, ValueError):
        return None
    name, version = meta.get("name"), meta.get("version")
    return meta if isinstance(name, str) and isinstance(version, str) and parse(version) else None


def folders_in(folder):
    for name in sorted(os.listdir(folder)):
        path = os.path.join(folder, name)
        if not name.startswith(".") and os.path.isdir(path) and not os.path.islink(path):
            yield name, path


def scan(suite, root):
    """All packages of one suite, with those inside node_modules folders."""
    found = []

    def one(folder, on_path):
        meta = read_meta(folder)
        if meta:
            found.append(Package(suite, root, folder, meta, on_path))
        nested = os.path.join(folder, "node_modules")
        if os.path.isdir(nested) and not os.path.islink(nested):
            modules(nested, False)

    def modules(folder, on_path):
        for name, path in folders_in(folder):
            if name.startswith("@"):
                for scoped, scoped_path in folders_in(path):
                    if scoped != "node_modules":
                        one(scoped_path, on_path)
            else:
                one(path, on_path)

    for base in MODULE_FOLDERS:
        if os.path.isdir(os.path.join(root, base)):
            modules(os.path.join(root, base), True)
    return found


# --- the registry's files

DEPENDENCY_FIELDS = ("dependencies", "optionalDependencies", "peerDependencies")
# devDependencies are nobody's business but the author's; the other fields ask for things that are not packed.
UNWANTED_FIELDS = ("bundleDependencies", "bundledDependencies", "gypfile", "devDependencies")
UNWANTED_SCRIPTS = ("preinstall", "install", "postinstall", "prepare", "prepublish")
# The date that npm itself writes into its archives.
PACK_TIME = 499162500


class Pool:
    """Every package held, by name and version, and which version each suite has on its module path."""

    def __init__(self, excluded):
        self.excluded = excluded
        self.versions = {}
        self.shipped = {}

    def add(self, package):
        if f"{package.name}@{package.version}" in self.excluded:
            return
        if package.on_path:
            self.shipped[package.suite, package.name] = package.version
        else:
            self.shipped.setdefault((package.suite, package.name), package.version)
        known = self.versions.setdefault(package.name, {})
        if package.version not in known or (package.on_path and not known[package.version].on_path):
            known[package.version] = package

    def matching(self, name, wanted):
        return [package for version, package in self.versions.get(name, {}).items() if satisfies(version, wanted)]

    def substitute(self, suite, name):
        """What stands in for a version that is not held, or None."""
        held = self.versions.get(name)
        return held and (self.shipped.get((suite, name)) or latest(held))


def is_optional_peer(meta, field, name):
    peers = meta.get("peerDependenciesMeta") or {}
    return field == "peerDependencies" and bool(peers.get(name, {}).get("optional"))


def published_meta(package, pool, added, relaxed):
    """package.json as the registry publishes it: with only such dependencies as it can serve."""
    meta = {key: value for key, value in package.meta.items() if not key.startswith("_") and key not in UNWANTED_FIELDS}
    if isinstance(meta.get("scripts"), dict):
        meta["scripts"] = {key: value for key, value in meta["scripts"].items() if key not in UNWANTED_SCRIPTS}
    for name, wanted in added.get(f"{package.name}@{package.version}", ()):
        meta["dependencies"] = {**(meta.get("dependencies") or {}), name: wanted}
    for field in DEPENDENCY_FIELDS:
        asked = meta.pop(field, None)
        served = {}
        for name, wanted in asked.items() if isinstance(asked, dict) else ():
            if pool.matching(name, wanted):
                served[name] = wanted
            elif field != "optionalDependencies" and not is_optional_peer(meta, field, name):
                given = pool.substitute(package.suite, name)
                if given:
                    served[name] = given
                relaxed.append(
                    {"package": package.name, "version": package.version, "dependency": name, "asked": wanted, "given": given}
                )
        if served:
            meta[field] = served
    return meta


def pack(package, meta):
    """The archive as npm makes it, the same bytes every time: (bytes, number of files, unpacked size)."""
    files = package.files()
    programs = meta.get("bin") or {}
    programs = programs.values() if isinstance(programs, dict) else [programs]
    programs = {os.path.normpath(program) for program in programs}
    raw = io.BytesIO()
    unpacked = 0
    with tarfile.open(fileobj=raw, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name in sorted(files, key=lambda name: (name != "package.json", name)):
            if name == "package.json":
                data = json.dumps(meta, indent=2).encode() + b"\n"
            else:
                with open(files[name], "rb") as file:
                    data = file.read()
            entry = tarfile.TarInfo("package/" + name)
            entry.size, entry.mtime = len(data), PACK_TIME
            entry.mode = 0o755 if os.path.normpath(name) in programs else 0o644
            archive.addfile(entry, io.BytesIO(data))
            unpacked += len(data)
    return gzip.compress(raw.getvalue(), compresslevel=6, mtime=0), len(files), unpacked


def closure(pool, wants, added, relaxed):
    """name -> version -> (package, published package.json), for all that is wanted or depended on."""
    queue, done = [], {}
    for want in wants:
        found = pool.matching(want, "*")
        if not found:
            print(f"npm_registry: no suite has {want}", file=sys.stderr)
        queue += found
    while queue:
        package = queue.pop()
        versions = done.setdefault(package.name, {})
        if package.version in versions:
            continue
        meta = published_meta(package, pool, added, relaxed)
        versions[package.version] = (package, meta)
        for field in DEPENDENCY_FIELDS:
            for name, wanted in (meta.get(field) or {}).items():
                if not is_optional_peer(meta, field, name):
                    queue += pool.matching(name, wanted)
    return done


def write_package(out, name, versions, tags, main_suite):
    """Archives and packument of one name; returns the bytes written."""
    folder = os.path.join(out, name, "-")
    os.makedirs(folder, exist_ok=True)
    document = {"_id": name, "name": name, "dist-tags": tags, "versions": {}}
    total = 0
    for version in sorted(versions, key=lambda version: order(parse(version))):
        package, meta = versions[version]
        data, file_count, unpacked = pack(package, meta)
        file_name = f"{name.split('/')[-1]}-{version}.tgz"
        with open(os.path.join(folder, file_name), "wb") as file:
            file.write(data)
        total += len(data)
        document["versions"][version] = {
            **meta,
            "_id": f"{name}@{version}",
            "_debianSuite": package.suite,
            "dist": {
                "tarball": f"@BASE@/{name}/-/{file_name}",
                "shasum": hashlib.sha1(data).hexdigest(),
                "integrity": "sha512-" + base64.b64encode(hashlib.sha512(data).digest()).decode(),
                "fileCount": file_count,
                "unpackedSize": unpacked,
            },
        }
    released = [version for version in versions if not parse(version)[3]]
    tags["latest"] = tags.get(main_suite) or latest(released or versions)
    write_json(os.path.join(out, name, "packument.json"), document)
    return total


def write_json(path, value):
    with open(path, "w", encoding="utf-8") as file:
        json.dump(value, file, indent=1)


def build(options):
    pool, suites = Pool(set(options.exclude)), []
    for suite in options.suite:
        name, root = suite.split("=", 1)
        suites.append(name)
        for package in scan(name, root):
            pool.add(package)
    added = {}
    for addition in options.add:
        target, dependency = addition.split(":", 1)
        name, _, wanted = dependency.rpartition("@")
        added.setdefault(target, []).append((name, wanted))
    relaxed = []
    packages = closure(pool, options.want, added, relaxed)
    total = 0
    for name, versions in sorted(packages.items()):
        tags = {suite: pool.shipped[suite, name] for suite in suites if pool.shipped.get((suite, name)) in versions}
        total += write_package(options.out, name, versions, tags, suites[0])
    write_json(os.path.join(options.out, "relaxed.json"), relaxed)
    print(
        f"{len(packages)} packages, {sum(map(len, packages.values()))} versions, {total / 1e6:.1f} MB; "
        f"{sum(1 for entry in relaxed if entry['given'])} dependency ranges moved, "
        f"{sum(1 for entry in relaxed if not entry['given'])} left out"
    )


# --- the server

NAME = re.compile(r"^(@[a-z0-9._~-]+/)?[A-Za-z0-9._~-]+(/.*)?$")


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, format, *args):
        pass

    def reply(self, status, body, kind="application/json"):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def not_found(self):
        self.reply(404, b'{"error":"not found"}')

    def do_GET(self):
        path = urllib.parse.unquote(urllib.parse.urlsplit(self.path).path).lstrip("/")
        if path == "-/ping":
            return self.reply(200, b"{}")
        if ".." in path.split("/") or not NAME.match(path):
            return self.not_found()
        file = os.path.join(self.server.folder, path)
        if "/-/" in path and path.endswith(".tgz") and os.path.isfile(file):
            with open(file, "rb") as archive:
                return self.reply(200, archive.read(), "application/octet-stream")
        packument = os.path.join(file, "packument.json")
        if not os.path.isfile(packument):
            return self.not_found()
        with open(packument, encoding="utf-8") as text:
            return self.reply(200, text.read().replace("@BASE@", self.server.url).encode())

    do_HEAD = do_GET

    def do_POST(self):
        # `npm install` asks for an audit. An empty answer would say «no vulnerabilities»: there is none to give.
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.not_found()


class Registry(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, folder, port):
        super().__init__(("127.0.0.1", port), Handler)
        self.folder = os.path.abspath(folder)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"


def open_registry(folder, port):
    """On the wanted port, or on any free one if that is taken."""
    try:
        return Registry(folder, port)
    except OSError:
        return Registry(folder, 0)


def serve(options):
    registry = open_registry(options.dir, options.port)
    print(registry.url + "/", flush=True)
    try:
        registry.serve_forever()
    except KeyboardInterrupt:
        pass


# --- a command with the registry


def write_npmrc(folder, url):
    """npm's settings for all users of a container, to be mounted over its empty /usr/local/etc."""
    with open(os.path.join(folder, "npmrc"), "w", encoding="utf-8") as file:
        file.write(f"registry={url}\n")
        # A lock file written during the build must not name a registry that is gone afterwards.
        file.write("omit-lockfile-registry-resolved=true\n")
    os.chmod(folder, 0o755)


def build_options(folder):
    """Extra words for `buildah build` or `podman build`.

    A file mounted where the image has none (~/.npmrc) leaves an empty file in the layer, and --env would stay in the
    image. /usr/local/etc is in every Debian image, and npm's own settings file has its place there for every user, so
    mounting this folder leaves nothing. The registry listens on the machine's 127.0.0.1: hence the network.
    """
    return f"--network=host --volume={folder}:/usr/local/etc:ro"


def run_command(command, environment):
    """Runs it as a shell would and returns its status. Signals are for the command; this waits until it has ended."""
    try:
        child = subprocess.Popen(command, env=environment)
    except OSError as error:
        print(f"npm_registry: {command[0]}: {error.strerror}", file=sys.stderr)
        return 127
    # Ctrl-C at a terminal reaches the command without help.
    signal.signal(signal.SIGINT, lambda *_: None)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda received, _: child.send_signal(received))
    status = child.wait()
    return status if status >= 0 else 128 - status


def run(options):
    url = options.registry
    if not url:
        registry = open_registry(options.dir, options.port)
        threading.Thread(target=registry.serve_forever, daemon=True).start()
        url = registry.url + "/"
    # The options are separated by blanks, so the folder's name must have none.
    place = tempfile.gettempdir()
    folder = tempfile.mkdtemp(prefix="pare-npm-", dir="/tmp" if re.search(r"\s", place) else place)
    try:
        write_npmrc(folder, url)
        words = [os.environ.get("PARE_BUILD_OPTIONS", ""), build_options(folder)]
        environment = {**os.environ, "PARE_BUILD_OPTIONS": " ".join(words).strip()}
        return run_command(options.command, environment)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    verbs = parser.add_subparsers(required=True)
    verb = verbs.add_parser("build")
    verb.add_argument("--out", required=True)
    verb.add_argument("--suite", action="append", required=True, help="NAME=ROOT; the first is what `latest` means")
    verb.add_argument("--want", action="append", required=True, help="a package to offer, with all that it needs")
    verb.add_argument("--exclude", action="append", default=[], help="NAME@VERSION to leave out")
    verb.add_argument("--add", action="append", default=[], help="NAME@VERSION:DEPENDENCY@RANGE that package.json lacks")
    verb.set_defaults(action=build)
    verb = verbs.add_parser("serve")
    verb.add_argument("--dir", required=True)
    verb.add_argument("--port", type=int, default=4873)
    verb.set_defaults(action=serve)
    verb = verbs.add_parser("run")
    source = verb.add_mutually_exclusive_group(required=True)
    source.add_argument("--dir")
    source.add_argument("--registry")
    verb.add_argument("--port", type=int, default=4873)
    verb.add_argument("command", nargs="+")
    verb.set_defaults(action=run)
    return parser.parse_args()


if __name__ == "__main__":
    chosen = arguments()
    sys.exit(chosen.action(chosen))
