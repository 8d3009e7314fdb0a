"""Pushes whose connections are cut anywhere, and attachments that are written at the same time, in a real registry."""
import hashlib
import json
import os
import random
import socket
import subprocess
import threading
import urllib.request

from checks import PARE, Pare, check
from images import small_image
from pushes import make_archive
from servers import Registry

PUSHES = 50


def section(scratch):
    cut_pushes(scratch)
    attached_again(scratch)
    attached_together(scratch)


class Cutting:
    """Passes bytes on between clients and a server, and ends connections after so many bytes of one side; for a `with`."""

    def __init__(self, place):
        host, _, port = place.partition(":")
        self.upstream, self.lock, self.cuts, self.done = (host, int(port)), threading.Lock(), [], 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.place = "127.0.0.1:%d" % self.listener.getsockname()[1]

    def __enter__(self):
        threading.Thread(target=self.accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    def arm(self, cuts):
        """What is cut next, one after the other: whether of the client's bytes, and after how many of them."""
        with self.lock:
            self.cuts, self.done = list(cuts), 0

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            server = socket.create_connection(self.upstream)
            for source, sink, is_client in (client, server, True), (server, client, False):
                threading.Thread(target=self.relay, args=(source, sink, is_client), daemon=True).start()

    def relay(self, source, sink, is_client):
        try:
            while data := source.recv(65536):
                data, is_cut = self.allowed(data, is_client)
                sink.sendall(data)
                if is_cut:
                    break
        except OSError:
            pass
        for end in source, sink:
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def allowed(self, data, is_client):
        with self.lock:
            if not self.cuts or self.cuts[0][0] != is_client:
                return data, False
            left = self.cuts[0][1] - len(data)
            self.cuts[0] = (is_client, left)
            if left > 0:
                return data, False
            self.cuts.pop(0)
            self.done += 1
            return data[:len(data) + left], True


def trouble(place, name):
    """What a registry has under a tag that is not what its digests say; empty where all is well."""
    def get(path):
        request = urllib.request.Request("http://%s/v2/%s/%s" % (place, name, path), headers={
            "Accept": "application/vnd.oci.image.manifest.v1+json"})
        with urllib.request.urlopen(request) as answer:
            return answer.read(), answer.headers
    body, headers = get("manifests/1")
    manifest = json.loads(body)
    wrong = [] if headers["Docker-Content-Digest"] == "sha256:" + hashlib.sha256(body).hexdigest() else ["the manifest"]
    for blob in [manifest["config"], *manifest["layers"]]:
        content, _ = get("blobs/" + blob["digest"])
        if len(content) != blob["size"] or "sha256:" + hashlib.sha256(content).hexdigest() != blob["digest"]:
            wrong.append(blob["digest"])
    return headers["Docker-Content-Digest"], wrong


def cut_pushes(scratch):
    lottery = random.Random(2026)
    archive, ended, bad, cuts = scratch + "/cut.docker.tar", 0, [], 0
    with Registry() as registry, Cutting(registry.place) as proxy:
        for number in range(PUSHES):
            pare, name = Pare(scratch, "cut-%d" % number), "cut/%d" % number
            size = lottery.choice([3_000, 200_000, 3_000_000])
            make_archive(archive, lottery.randbytes(size))
            # Most cuts fall into what is sent; answers are short.
            proxy.arm((of_client, lottery.randrange(1, size + 3000 if of_client else 1500)) for of_client in (
                lottery.random() < 0.7 for _ in range(lottery.randint(1, 3))))
            result = pare.run("push", "--quiet", archive, "%s/%s:1" % (proxy.place, name), limit=60)
            cuts += proxy.done
            if result.returncode == 0:
                ended += 1
                digest, wrong = trouble(registry.place, name)
                if wrong or not result.stdout.strip().endswith("@" + digest):
                    bad.append((number, result.stdout, digest, wrong))
            elif result.returncode != 1 or "\nhint: " not in result.stderr:
                bad.append((number, result.returncode, result.stderr))
            if pare.left():
                bad.append((number, pare.left()))
    check("%d of %d pushes that were cut %d times came through" % (ended, PUSHES, cuts), ended == PUSHES and cuts >= PUSHES)
    check("what came through cut pushes is whole", not bad, bad)
    os.remove(archive)


def document(scratch, number):
    path = "%s/%s.openvex.json" % (scratch, number)
    with open(path, "w", encoding="utf-8") as handle:
        json.dump({"@context": "https://openvex.dev/ns/v0.2.0", "@id": "urn:of-the-tests:%s" % number, "author": "us",
                   "version": 1, "timestamp": "2026-01-01T00:00:00Z", "statements": [
                       {"vulnerability": {"name": "CVE-2000-1"}, "status": "fixed"}]}, handle)
    return path


def attached_again(scratch):
    pare, layout = Pare(scratch, "again"), small_image(scratch + "/again")
    with Registry() as registry:
        name = registry.push(layout, "team/app:1")
        first, later = document(scratch, "first"), document(scratch, "later")
        attached = [pare.run("attach", name, "--vex", path) for path in (first, first, later)]
        check("a document that is attached already is not attached again", all(a.returncode == 0 for a in attached)
              and attached[0].stdout == attached[1].stdout != attached[2].stdout, [a.stderr for a in attached])
        check("that it was is said", "attached already" in attached[1].stderr, attached[1].stderr)
        listed = json.loads(pare.run("attachments", "--format", "json", name).stdout)["attachments"]
        check("a second document stands beside the first", len(listed) == 2, listed)


def attached_together(scratch):
    """Several at a time write the list under the tag, which no registry keeps apart: none may get lost."""
    pare, layout, rounds, lost = Pare(scratch, "together"), small_image(scratch + "/together"), 10, []
    with Registry() as registry:
        for number in range(rounds):
            name = registry.push(layout, "team/app%d:1" % number)
            running = [subprocess.Popen([PARE, "attach", "--quiet", name, "--vex", document(scratch, "%d-%d" % (number, other))],
                                        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                        env=pare.environment(), cwd=pare.home) for other in range(2 + number % 2)]
            said = [child.communicate(timeout=60) for child in running]
            digests = {out.strip().rpartition("@")[2] for out, _ in said}
            listed = json.loads(pare.run("attachments", "--format", "json", name).stdout)["attachments"]
            if any(child.returncode for child in running) or digests != {a["digest"] for a in listed}:
                lost.append((number, said, listed))
    check("%d times, what two or three attach at a time is all there" % rounds, not lost, lost)
