"""Images that pare pushes, which other tools read back; and what is attached to them."""
import contextlib
import hashlib
import json
import os
import signal
import subprocess
import time

from checks import PARE, Pare, check, eventually, fails, findings, run
from images import small_image
from registries import SECRET, docker_config
from servers import Registry, TokenService

POLICY = '{"default":[{"type":"insecureAcceptAnything"}]}'


def section(scratch):
    pare, layout = Pare(scratch, "push"), small_image(scratch + "/pushed")
    archive = scratch + "/pushed.docker.tar"
    run("skopeo", "copy", "--quiet", "--insecure-policy", "oci:" + layout, "docker-archive:" + archive + ":app:1")
    with open(layout + "/index.json", encoding="utf-8") as handle:
        digest = json.load(handle)["manifests"][0]["digest"]
    plain(pare, scratch, layout, archive, digest)
    pulled(pare, scratch, layout, digest)
    attached(pare, scratch, layout)
    guarded(pare, scratch, layout, digest)
    refused(pare, scratch, layout)
    interrupted(scratch)
    check("nothing is left where things are passed", not pare.left(), pare.left())


def pushed(result):
    """The digest that a push has printed."""
    return result.stdout.strip().rpartition("@")[2] if result.returncode == 0 else result.stderr


def inspect(name, *more):
    return run("skopeo", "inspect", "--tls-verify=false", *more, "docker://" + name)


def plain(pare, scratch, layout, archive, digest):
    with Registry() as registry:
        name = registry.place + "/team/app:layout"
        check("a layout is pushed as it is", pushed(pare.run("push", layout, name)) == digest)
        check("skopeo finds it by the same digest", json.loads(inspect(name))["Digest"] == digest)
        truth = findings(pare.scan(layout).stdout)
        check("pare scans what it pushed", findings(pare.scan(name).stdout) == truth)
        before = registry.said().count("POST /v2/")
        again = pare.run("push", layout, registry.place + "/team/app:again")
        check("what is there is not sent again",
              pushed(again) == digest and registry.said().count("POST /v2/") == before, again.stderr)
        other = pare.run("push", layout, registry.place + "/other:1")
        check("another repository gives its layers", pushed(other) == digest and "mounted" in other.stderr, other.stderr)

        name = registry.place + "/team/app:archive"
        result = pare.run("push", archive, name)
        check("a docker-archive is pushed", result.returncode == 0, result.stderr)
        config = inspect(name, "--config", "--raw").encode()
        image = hashlib.sha256(config).hexdigest()
        check("its configuration is unchanged", image in run("tar", "xOf", archive, "manifest.json"))
        engines(scratch, name, image, pushed(result))
        back = registry.push(layout, "team/app:skopeo")
        check("pare scans what skopeo pushed", findings(pare.scan(back).stdout) == truth)


def engines(scratch, name, image, digest):
    """buildah and podman pull it: the same configuration and manifest."""
    policy = scratch + "/policy.json"
    with open(policy, "w", encoding="utf-8") as handle:
        handle.write(POLICY)
    for tool in "buildah", "podman":
        storage = ["--root", scratch + "/" + tool, "--runroot", scratch + "/%s-run" % tool, "--storage-driver", "vfs"]
        run(tool, *storage, "pull", "--quiet", "--tls-verify=false", "--signature-policy", policy, "docker://" + name,
            stderr=subprocess.DEVNULL)
        how = ["--json"] if tool == "buildah" else ["--format", "json"]
        said = json.loads(run(tool, *storage, "images", "--no-trunc", *how))[0]
        name_there = (said.get("id") or said.get("Id") or "none").removeprefix("sha256:")
        check("%s reads back what pare pushed" % tool, name_there == image and digest in json.dumps(said), said)


def pulled(pare, scratch, layout, digest):
    """Images that pare saves as layouts, which other tools read."""
    with Registry() as registry:
        name, folder = registry.push(layout, "team/app:1"), scratch + "/pulled"
        result = pare.run("pull", name, folder)
        check("an image is pulled as it is", pushed(result) == digest, result.stderr)
        copied = scratch + "/pulled.dir"
        run("skopeo", "copy", "--quiet", "--insecure-policy", "oci:" + folder, "dir:" + copied)
        with open(copied + "/manifest.json", "rb") as handle:
            check("skopeo reads the layout", hashlib.sha256(handle.read()).hexdigest() == digest[7:])
        check("pare scans it", findings(pare.scan(folder).stdout) == findings(pare.scan(name).stdout))
        check("pare pushes it again", pushed(pare.run("push", folder, registry.place + "/again:1")) == digest)
        fails("what is there stays", pare.run("pull", name, folder), "exists already")
        check("a layout gives way where the user says so", pushed(pare.run("pull", name, folder, "--force")) == digest)
        empty = scratch + "/empty"
        os.mkdir(empty)
        check("an empty folder takes a layout", pushed(pare.run("pull", name, empty + "/.")) == digest
              and sorted(os.listdir(empty)) == ["blobs", "index.json", "oci-layout"])
        fails("an image for another platform is not taken", pare.run("pull", name, scratch + "/none", "--platform", "linux/s390x"),
              "has nothing for linux/s390x")
        mine = scratch + "/mine"
        os.mkdir(mine)
        open(mine + "/file", "w", encoding="utf-8").close()
        fails("what is no layout never gives way", pare.run("pull", name, mine, "--force"), "is there")
        fails("an unknown tag is said", pare.run("pull", registry.place + "/team/app:2", scratch + "/none"), "there is no")
        check("and leaves nothing", os.listdir(mine) == ["file"] and not os.path.exists(scratch + "/none")
              and not [entry for entry in os.listdir(scratch) if entry.startswith(".pare-pull")])


def attached(pare, scratch, layout):
    with Registry() as registry:
        name = registry.place + "/team/app:1"
        pare.run("push", layout, name)
        open_findings = findings(pare.scan(name).stdout)
        sbom, vex = scratch + "/app.cdx.json", scratch + "/app.openvex.json"
        pare.run("scan", "--quiet", "--format", "cyclonedx", "--output", sbom, name)
        with open(vex, "w", encoding="utf-8") as handle:
            json.dump({"@context": "https://openvex.dev/ns/v0.2.0", "@id": "urn:of-the-tests", "author": "us", "version": 1,
                       "timestamp": "2026-01-01T00:00:00Z", "statements": [
                           {"vulnerability": {"name": open_findings[0][2]}, "status": "not_affected",
                            "justification": "vulnerable_code_not_in_execute_path"}]}, handle)
        result = pare.run("attach", name, "--sbom", sbom, "--vex", vex)
        check("two documents are attached", result.returncode == 0 and result.stdout.count("@sha256:") == 2, result.stderr)
        listed = json.loads(pare.run("attachments", "--format", "json", name).stdout)["attachments"]
        check("they are listed", sorted(a["type"] for a in listed) == [
            "application/vnd.cyclonedx+json", "application/vnd.openvex+json"], listed)
        result = pare.run("attachments", "--fetch", "got", name)
        got = sorted(os.path.join(folder, file) for folder, _, files in os.walk(pare.home + "/got") for file in files)
        with open(vex, "rb") as one, open(got[1], "rb") as other:
            check("they are fetched as they were", len(got) == 2 and one.read() == other.read(), got)
        check("fetching again changes nothing", pare.run("attachments", "--fetch", "got", name).returncode == 0)
        left = findings(pare.scan("--vex", "oci", name).stdout)
        gone = [f for f in open_findings if f not in left]
        check("a scan sets aside what the attached VEX says",
              bool(gone) and all(f[2] == open_findings[0][2] for f in gone), gone)
        digest = json.loads(inspect(name))["Digest"]
        listing = json.loads(inspect("%s/team/app:%s" % (registry.place, digest.replace(":", "-")), "--raw"))
        check("other tools find them under the tag", len(listing["manifests"]) == 2, listing)


def guarded(pare, scratch, layout, digest):
    with Registry(users={"me": SECRET}) as registry:
        name = registry.place + "/team/app:1"
        fails("a push without the password is refused", pare.run("push", "--quiet", layout, name), "pare login", hides=[SECRET])
        known = docker_config(pare, registry.place, "me", SECRET)
        check("a push with a password", pushed(pare.run("push", layout, name, DOCKER_CONFIG=known)) == digest)
    with TokenService({"me": (SECRET, ["team/app", "base"])}, scratch) as service, Registry(tokens=service) as registry:
        known = docker_config(pare, registry.place, "me", SECRET)
        name = registry.place + "/base:1"
        check("a push with a token", pushed(pare.run("push", layout, name, DOCKER_CONFIG=known)) == digest)
        result = pare.run("push", layout, registry.place + "/team/app:1", "--mount-from", "base", DOCKER_CONFIG=known)
        check("a token mounts from another repository", pushed(result) == digest and "mounted" in result.stderr, result.stderr)
        result = pare.run("push", "--quiet", layout, registry.place + "/not/mine:1", DOCKER_CONFIG=known)
        fails("a push to what is not one's own is refused", result, "not/mine", hides=[SECRET])


def refused(pare, scratch, layout):
    fails("a registry that is not there is said", pare.run("push", "--quiet", layout, "127.0.0.1:1/app:1", "--timeout", "5s"),
          "127.0.0.1:1")
    fails("a push without the network is none", pare.run("push", "--quiet", layout, "127.0.0.1:1/app:1", "--offline"), "offline")
    folder = scratch + "/root"
    os.makedirs(folder + "/etc", exist_ok=True)
    fails("a root file system is no image", pare.run("push", "--quiet", folder, "127.0.0.1:1/app:1"), folder)
    fails("nothing is no image", pare.run("push", "--quiet", scratch + "/none", "127.0.0.1:1/app:1"), "none")
    fails("a name must be one", pare.run("push", "--quiet", layout, "127.0.0.1:1/App:1"), "lower case")


def interrupted(scratch):
    """Ctrl-C while a big layer is packed and sent: it ends with 130, and leaves nothing on either side."""
    pare = Pare(scratch, "stopped")
    noise = scratch + "/noise.docker.tar"
    make_archive(noise, os.urandom(200 << 20))
    with Registry() as registry:
        child = subprocess.Popen([PARE, "push", noise, registry.place + "/big:1"], stdin=subprocess.DEVNULL,
                                 stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=pare.environment())
        while child.poll() is None and arrived(registry) < 1 << 20:
            time.sleep(0.01)
        child.send_signal(signal.SIGINT)
        said = child.communicate(timeout=60)[0]
        check("Ctrl-C ends a push with 130", child.returncode == 130, said)
        check("Ctrl-C leaves nothing of a push", not pare.left(), pare.left())
        # That is all: docker-registry 2.8 refuses it once a part has come, and clears up later.
        check("Ctrl-C amid sending gives the upload up", eventually(
            lambda: '"DELETE /v2/big/blobs/uploads/' in registry.said()), registry.said()[-2000:])
    os.remove(noise)


def arrived(registry):
    """How many bytes of an upload that is not done have come."""
    most = 0
    for folder, _, files in os.walk(registry.folder + "/store"):
        if "/_uploads/" in folder and "data" in files:
            with contextlib.suppress(FileNotFoundError):
                most = max(most, os.path.getsize(folder + "/data"))
    return most


def make_archive(path, noise):
    """A docker-archive with one layer that holds noise."""
    import io
    import tarfile

    def add(archive, name, data):
        entry = tarfile.TarInfo(name)
        entry.size = len(data)
        archive.addfile(entry, io.BytesIO(data))
    layer = io.BytesIO()
    with tarfile.open(fileobj=layer, mode="w") as archive:
        add(archive, "noise", noise)
    config = json.dumps({"architecture": "amd64", "os": "linux", "rootfs": {"type": "layers", "diff_ids": [
        "sha256:" + hashlib.sha256(layer.getvalue()).hexdigest()]}}).encode()
    with tarfile.open(path, mode="w") as archive:
        add(archive, "layer.tar", layer.getvalue())
        add(archive, "config.json", config)
        add(archive, "manifest.json", json.dumps(
            [{"Config": "config.json", "RepoTags": ["noise:1"], "Layers": ["layer.tar"]}]).encode())
