"""Scans of images in registries: what has to work, and what has to be said where it does not."""
import base64
import contextlib
import json
import os
import signal
import subprocess
import time

from checks import PARE, ROOT, Pare, check, eventually, fails, findings, run
from images import small_image
from servers import Authority, Loopback, Quiet, Registry, TokenService

SECRET = "s3cret-of-the-tests"
# No engine of this machine is asked.
ONLY_REGISTRIES = {"PARE_IMAGE_SRC": "remote"}


def section(scratch):
    pare, layout = Pare(scratch, **ONLY_REGISTRIES), small_image(scratch + "/small")
    truth = findings(pare.scan(layout).stdout)
    check("the small image has findings", len(truth) > 10, len(truth))

    def same(name, result):
        check(name, result.returncode == 0 and findings(result.stdout) == truth and SECRET not in result.stderr,
              "%d: %s" % (result.returncode, result.stderr[-800:]))

    plain(pare, layout, same)
    passwords(pare, layout, same)
    certificates(pare, layout, same, scratch)
    tokens(pare, layout, same, scratch)
    refusals(pare)
    interruption(scratch, layout, same)
    check("nothing is left where things are passed", not pare.left(), pare.left())
    faulty_pulls()
    fat(scratch)


def plain(pare, layout, same):
    with Registry() as registry:
        name = registry.push(layout, "team/app:1")
        same("an image in a plain registry has the findings of its layout", pare.scan(name))
        digest = run("skopeo", "inspect", "--tls-verify=false", "--format", "{{.Digest}}", "docker://" + name).strip()
        same("an image is found by its digest", pare.scan(name.rsplit(":", 1)[0] + "@" + digest))
        same("an image is found by tag and digest", pare.scan(name + "@" + digest))
        fails("a tag that is not there is said", pare.scan(registry.place + "/team/app:none"), "none")
        fails("a repository that is not there is said", pare.scan(registry.place + "/team/other:1"), "team/other")
        fails("a digest that is not there is said", pare.scan(registry.place + "/team/app@sha256:" + "0" * 64), "sha256:000")
        fails("a platform that is not there is said", pare.scan(name, "--platform", "linux/s390x"), "s390x")
        before = registry.said()
        fails("without the network nothing is asked", pare.scan("--offline", "--no-cache", name), "offline")
        fails("PARE_OFFLINE does the same", pare.scan("--no-cache", name, PARE_OFFLINE="1"), "offline")
        check("the registry was not asked", registry.said() == before)
    fails("a registry that refuses is said", pare.scan("--no-cache", name, "--timeout", "5s"), registry.place)
    fails("a host that is not there is said", pare.scan("registry.invalid/team/app:1", "--timeout", "5s"), "registry.invalid")


def docker_config(pare, place, user, password):
    folder = pare.home + "/docker-config"
    os.makedirs(folder, exist_ok=True)
    with open(folder + "/config.json", "w", encoding="utf-8") as handle:
        json.dump({"auths": {place: {"auth": base64.b64encode(("%s:%s" % (user, password)).encode()).decode()}}}, handle)
    return folder


def passwords(pare, layout, same):
    with Registry(users={"me": SECRET}) as registry:
        name = registry.push(layout, "team/app:1", "--dest-creds", "me:" + SECRET)
        ask = ("--no-cache", name)
        fails("a registry that wants a password says so", pare.scan(*ask), "pare login", hides=[SECRET])
        fails("a wrong password is said", pare.run(
            "scan", "--username", "me", "--password-stdin", *ask, said="wr0ng-one"), registry.place, hides=["wr0ng-one"])
        same("a password comes from a pipe", pare.run(
            "scan", "--quiet", "--format", "json", "--username", "me", "--password-stdin", *ask, said=SECRET + "\n"))
        same("a password comes from DOCKER_CONFIG", pare.scan(
            *ask, DOCKER_CONFIG=docker_config(pare, registry.place, "me", SECRET)))
        for kind in "PARE", "TRIVY":
            same("a password comes from %s_PASSWORD" % kind, pare.scan(
                *ask, **{kind + "_USERNAME": "me", kind + "_PASSWORD": SECRET}))
        result = pare.run("login", registry.place, "--username", "me", "--password-stdin", said=SECRET)
        check("login", result.returncode == 0 and SECRET not in result.stdout + result.stderr, result.stderr)
        same("a password comes from a login", pare.scan(*ask))
        check("logout", pare.run("logout", registry.place).returncode == 0)
        fails("after a logout there is none", pare.scan(*ask), "pare login")


def certificates(pare, layout, same, scratch):
    folder = scratch + "/authority"
    os.mkdir(folder)
    authority = Authority(folder)
    trusting = ["--cacert", authority.certificate]
    with Registry(tls=authority.issue("server")) as registry:
        name = registry.push(layout, "app:1")
        ask = ("--no-cache", name)
        fails("an authority that is not trusted is said", pare.scan(*ask), "authority", "--cacert")
        same("--cacert trusts it", pare.scan(*ask, *trusting))
        same("SSL_CERT_FILE trusts it", pare.scan(*ask, SSL_CERT_FILE=authority.certificate))
        same("--insecure does without", pare.scan(*ask, "--insecure"))
        fails("that it speaks TLS is said where it is asked in the clear", pare.run(
            "db", "update", "--quiet", "--insecure", "--osv", "npm", "--osv-url", "http://" + registry.place), "speaks TLS", "https://")
        fails("a file without certificates is said", pare.scan(*ask, "--cacert", layout + "/index.json"), "index.json")
    with Registry(tls=authority.issue("old", days=-1)) as registry:
        ask = ("--no-cache", registry.push(layout, "app:1"))
        fails("an expired certificate is said", pare.scan(*ask, *trusting), "expired")
    with Registry(tls=authority.issue("other", names="DNS:elsewhere.example")) as registry:
        ask = ("--no-cache", registry.push(layout, "app:1"))
        fails("a certificate for another name is said", pare.scan(*ask, *trusting), "name")
    client = authority.issue("client")
    with Registry(tls=authority.issue("strict"), client_authority=authority.certificate) as registry:
        certs = scratch + "/client-certificate"
        os.mkdir(certs)
        for source, target in zip((authority.certificate, *client), ("ca.crt", "mine.cert", "mine.key")):
            os.symlink(source, os.path.join(certs, target))
        ask = ("--no-cache", registry.push(layout, "app:1", "--dest-cert-dir", certs), *trusting)
        fails("a registry that wants a certificate says so", pare.scan(*ask), "--client-cert")
        same("a client's certificate is shown", pare.scan(*ask, "--client-cert", client[0], "--client-key", client[1]))


def tokens(pare, layout, same, scratch):
    users = {"me": (SECRET, ["team/app"]), "other": ("0ther-one", [])}
    with TokenService(users, scratch) as service, Registry(tokens=service) as registry:
        name = registry.push(layout, "team/app:1", "--dest-creds", "me:" + SECRET)

        def ask(user, password):
            return pare.scan("--no-cache", name, PARE_USERNAME=user, PARE_PASSWORD=password)
        same("a token opens a registry", ask("me", SECRET))
        fails("a user who may not is told so", ask("other", "0ther-one"), "team/app", hides=["0ther-one"])
        fails("a wrong password at the token service is said", ask("me", "wr0ng-one"), registry.place, hides=["wr0ng-one"])
        fails("without a name a private repository is closed", pare.scan("--no-cache", name), "pare login")


class Refusing(Quiet):
    """Answers what the server is told to, as often as it is told to, with a time to wait."""

    def do_GET(self):
        self.server.count += 1
        status = self.server.status
        self.answer(status, b'{"errors":[{"code":"DENIED","message":"because"}]}', **(
            {"Retry-After": "1"} if status == 429 else {}))

    do_HEAD = do_GET


def refusals(pare):
    with Loopback(Refusing) as server:
        server.count = 0
        name = server.place + "/team/app:1"
        said = {}
        for status in 401, 403, 429, 503:
            server.status = status
            result = pare.scan("--no-cache", name, "--timeout", "4s")
            fails("status %d is said" % status, result, server.place)
            said[status] = result.stderr
        check("unauthorised, forbidden, rate-limited and broken are told apart", len(set(said.values())) == 4, said)


class Slow(Quiet):
    """A registry whose layer never ends."""

    def do_GET(self):
        layout = self.server.layout
        with open(layout + "/index.json", encoding="utf-8") as handle:
            manifest = json.load(handle)["manifests"][0]
        name = self.path.rsplit("/", 1)[1]
        if name == "":
            return self.answer(200)
        digest = name if name.startswith("sha256:") else manifest["digest"]
        with open(layout + "/blobs/" + digest.replace(":", "/"), "rb") as handle:
            body = handle.read()
        if "/manifests/" in self.path or body.startswith(b"{"):
            return self.answer(200, body, Content_Type=manifest["mediaType"], Docker_Content_Digest=digest)
        self.answer(200, body[:100], Content_Length=str(len(body)))
        self.server.begun = True
        time.sleep(600)

    do_HEAD = do_GET


def interruption(scratch, layout, same):
    """Ctrl-C in the middle of a layer ends it with 130, and what it knew by then does not mislead the next."""
    pare = Pare(scratch, "interrupted", **ONLY_REGISTRIES)
    with Loopback(Slow) as server:
        server.layout, server.begun = layout, False
        child = subprocess.Popen([PARE, "scan", server.place + "/app:1"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                 stderr=subprocess.STDOUT, text=True, env=pare.environment(), cwd=pare.home)
        eventually(lambda: server.begun or child.poll() is not None)
        time.sleep(0.2)
        child.send_signal(signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(20)
        check("Ctrl-C in the middle of a pull ends with 130", server.begun and child.poll() == 130, child.returncode)
        if child.poll() is None:
            child.kill()
        child.communicate()
        unread(pare, server)
    check("Ctrl-C leaves nothing where things are passed", not pare.left(), pare.left())
    with Registry() as registry:
        same("the next scan is right", pare.scan(registry.push(layout, "app:1")))


def unread(pare, server):
    """Nobody reads what is said on standard error, which has no room for more."""
    server.begun = False
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    with contextlib.suppress(BlockingIOError):
        while True:
            os.write(writing, bytes(4096))
    os.set_blocking(writing, True)
    child = subprocess.Popen([PARE, "scan", "--quiet", "--no-cache", server.place + "/app:1"], stdin=subprocess.DEVNULL,
                             stdout=subprocess.DEVNULL, stderr=writing, env=pare.environment(), cwd=pare.home)
    end = time.monotonic() + 20
    while child.poll() is None and time.monotonic() < end:
        time.sleep(0.5)
        if server.begun:
            child.send_signal(signal.SIGINT)
    check("Ctrl-C is heard where nobody reads what is said", server.begun and child.poll() is not None)
    child.kill()
    child.wait()
    os.close(reading)
    os.close(writing)


def faulty_pulls():
    """A thousand pulls through a proxy that spoils answers, in a process of its own, whose descriptors and memory are counted."""
    result = subprocess.run(
        ["swift", "test", "--filter", "FaultyPullTests"], cwd=ROOT, check=False, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, env=dict(os.environ, PARE_FAULTY_PULLS="1000"))
    lines = [line for line in result.stdout.splitlines() if "recorded an issue" in line or "came through" in line]
    check("1,000 faulty pulls: never wrong, never hanging, never leaking",
          result.returncode == 0 and len(lines) == 1 and "of 1000 pulls" in lines[0], "\n".join(lines) or result.stdout[-2000:])
    print("\n".join("       " + line for line in lines))


def fat(scratch):
    """The image of 1.2 GB: the same findings as from its layout, little memory, nothing on disk."""
    images = run(os.path.join(ROOT, "Scripts/example-images")).strip()
    pare = Pare(scratch, "fat", **ONLY_REGISTRIES)
    with Registry() as registry:
        name = registry.push(images + "/fat.oci", "library/demo-api:fat")
        words = [PARE, "scan", "--quiet", "--format", "json", "--no-cache", name]
        child = subprocess.Popen(words, env=pare.environment(), stdout=open(scratch + "/fat.json", "wb"))
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        with open(scratch + "/fat.json", encoding="utf-8") as handle:
            ours = findings(handle.read()) if child.returncode == 0 else None
        truth = findings(pare.scan(images + "/fat.oci").stdout)
        check("the big image has the %d findings of its layout" % len(truth), ours == truth and len(truth) > 1000)
        check("the big image takes at most 150 MB: %d MB" % (usage.ru_maxrss / 1024), usage.ru_maxrss / 1024 <= 150)
        # Blocks of 512 bytes; the report itself is a few megabytes.
        check("nothing of the big image is written: %.1f MB" % (usage.ru_oublock / 2048), usage.ru_oublock / 2048 < 16)
        check("nothing of the big image is left", not pare.left(), pare.left())
