"""Docker's daemon with its images in a store of containerd, where an image may be there for several platforms."""
import json
import os
import urllib.parse

from checks import check, facts, fails, run
from debian import serving
from images import several_platforms
from servers import Registry


def load(socket, archive):
    run("curl", "--silent", "--fail", "--unix-socket", socket, "--header", "Content-Type: application/x-tar", "--upload-file",
        archive, "--request", "POST", "http://engine/images/load")


def section(pare, archive, folder, path, single, same):
    place = folder + "/store"
    os.mkdir(place)
    socket, log = place + "/socket", place + "/log"
    with open(place + "/daemon.json", "w", encoding="utf-8") as handle:
        json.dump({"features": {"containerd-snapshotter": True}}, handle)
    # The snapshotter that copies needs nothing of the kernel.
    words = ["dockerd", "--config-file", place + "/daemon.json", "--data-root", place + "/data", "--exec-root", place + "/exec",
             "--pidfile", place + "/pid", "--host", "unix://" + socket, "--exec-opt", "native.cgroupdriver=cgroupfs",
             "--storage-driver=native", "--iptables=false", "--ip6tables=false", "--bridge=none"]
    with serving(words, lambda: "API listen on" in open(log, encoding="utf-8").read(), log, env=dict(os.environ, PATH=path)):
        with open(log, encoding="utf-8") as handle:
            check("Docker keeps its images in a store of containerd", "containerd snapshotter integration enabled" in handle.read())
        name = "registry.example/team/several:1"
        layout = several_platforms(place + "/several", name)
        # First, while nothing else is there: this Docker leaves out of its exports what it had before it pulled it.
        pulled(pare, layout, socket)
        load(socket, archive)
        same("an image of that store", pare.scan("--no-cache", single, DOCKER_HOST="unix://" + socket))
        several(pare, layout, socket, name)
    run("sh", "-c", "umount '%s'/exec/netns/default 2>/dev/null || true" % place)


def several(pare, layout, socket, name):
    run("tar", "-C", layout, "-cf", layout + ".tar", "oci-layout", "index.json", "blobs")
    load(socket, layout + ".tar")
    for platform in None, "linux/amd64", "linux/arm64":
        words = ["--platform", platform] if platform else []
        truth = pare.scan(*words, layout)
        for how in ["--no-cache"], [], []:
            result = pare.scan(*how, "--image-src", "docker", *words, name, DOCKER_HOST="unix://" + socket)
            check("%s of several platforms%s" % (platform or "this machine's", ", without the cache" if how else ""),
                  result.returncode == 0 and facts(result.stdout) == facts(truth.stdout) and not result.stderr,
                  result.stderr)
        # "debian 12.5 · linux/amd64 · 10.2 kB in 1 layer · 298 B compressed · runs as root"
        lines = [pare.run("scan", "--quiet", *words, *where).stdout.splitlines()[1:2] for where in (
            [layout], ["--docker-host", "unix://" + socket, name])]
        check("its platform and sizes are those of the layout", lines[0] == lines[1] != [] and "compressed" in lines[0][0], lines)
        with open(layout + "/index.json", encoding="utf-8") as handle:
            digest = json.load(handle)["manifests"][0]["digest"]
        digests = json.loads(result.stdout or "{}").get("Metadata", {}).get("RepoDigests")
        check("its digest is that of the index", name.rpartition(":")[0] + "@" + digest in (digests or []), digests)
    fails("none of several platforms is said", pare.scan(
        "--image-src", "docker", "--platform", "linux/s390x", name, DOCKER_HOST="unix://" + socket),
        "nothing for linux/s390x, only for linux/amd64, linux/arm64")


def pulled(pare, layout, socket):
    """An image that the engine has for one platform, of several that its index names."""
    with Registry() as registry:
        name = registry.place + "/team/pulled"
        run("skopeo", "copy", "--quiet", "--all", "--insecure-policy", "--dest-tls-verify=false", "oci:" + layout,
            "docker://%s:1" % name)
        query = urllib.parse.urlencode({"fromImage": name, "tag": "1", "platform": "linux/amd64"})
        run("curl", "--silent", "--fail", "--unix-socket", socket, "--request", "POST", "http://engine/images/create?" + query)
        ask = ("--no-cache", "--image-src", "docker", name + ":1", "--platform")
        truth = pare.scan("--platform", "linux/amd64", layout)
        result = pare.scan(*ask, "linux/amd64", DOCKER_HOST="unix://" + socket)
        check("an image pulled for one platform of several", result.returncode == 0 and facts(result.stdout) == facts(
            truth.stdout), result.stderr)
        fails("that it was not pulled for another is said", pare.scan(*ask, "linux/arm64", DOCKER_HOST="unix://" + socket),
              "nothing for linux/arm64, only for linux/amd64")
