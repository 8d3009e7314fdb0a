"""Layers that can be fetched in parts: eStargz, and the chunked zstd of containers/storage.  For pare they are layers as others."""
import json
import os

from checks import Pare, check, fails, findings, run
from images import estargz_image, small_image
from pushes import inspect, pushed
from servers import Registry


def section(scratch):
    pare = Pare(scratch, "lazy", PARE_IMAGE_SRC="remote")
    usual, layout = small_image(scratch + "/usual"), estargz_image(scratch + "/estargz")
    truth = findings(pare.scan(usual).stdout)

    def same(name, result):
        check(name, result.returncode == 0 and findings(result.stdout) == truth, "%d: %s" % (result.returncode, result.stderr))

    with Registry() as registry:
        same("a layout with eStargz has the usual findings", pare.scan(layout))
        name = registry.push(layout, "team/estargz:1")
        same("an image with eStargz in a registry has the usual findings", pare.scan("--no-cache", name))
        same("the same out of the cache", pare.scan(name))
        again = registry.place + "/team/again:1"
        manifest = json.loads(inspect(name, "--raw"))
        check("eStargz is pushed as it is", pushed(pare.run("push", layout, again)) == json.loads(inspect(name))["Digest"]
              and json.loads(inspect(again, "--raw")) == manifest)
        chunked = registry.push(usual, "team/chunked:1", "--dest-compress-format", "zstd:chunked")
        layer = json.loads(inspect(chunked, "--raw"))["layers"][0]
        check("skopeo has made chunked zstd", "io.containers.zstd-chunked.manifest-position" in layer.get("annotations", {}), layer)
        same("an image with chunked zstd has the usual findings", pare.scan("--no-cache", chunked))
        damaged(registry, pare, name, manifest["layers"][0], "STARGZ")
        damaged(registry, pare, chunked, layer, "GnUlInUx")
    podman(scratch, pare, layout, same)


def damaged(registry, pare, name, layer, mark):
    """A change in what only readers of parts look at is found all the same."""
    digits = layer["digest"].removeprefix("sha256:")
    path = "%s/store/docker/registry/v2/blobs/sha256/%s/%s/data" % (registry.folder, digits[:2], digits)
    with open(path, "rb") as handle:
        data = handle.read()
    place = data.rindex(mark.encode()) - 1
    with open(path, "wb") as handle:
        handle.write(data[:place] + bytes([data[place] ^ 1]) + data[place + 1:])
    fails("a changed footer is found: " + mark, pare.scan("--no-cache", name), "digest")


def podman(scratch, pare, layout, same):
    """podman stores what it unpacked, the table too, and packs that anew."""
    folder = scratch + "/podman"
    os.mkdir(folder)
    with open(folder + "/storage.conf", "w", encoding="utf-8") as handle:
        handle.write('[storage]\ndriver = "vfs"\ngraphroot = "%s/images"\nrunroot = "%s/run"\n' % (folder, folder))
    own = {"CONTAINERS_STORAGE_CONF": folder + "/storage.conf"}
    run("skopeo", "copy", "--quiet", "--insecure-policy", "oci:" + layout,
        "containers-storage:registry.example/estargz:1", env=dict(os.environ, **own))
    same("eStargz in podman's storage has the usual findings", pare.scan(
        "--image-src", "podman", "registry.example/estargz:1", **own))
