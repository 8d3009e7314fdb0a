"""Scans of images that engines have: real daemons of Docker, podman's service, and storages without a service."""
import json
import os
import shutil
import signal
import subprocess
import time

import ssh
import store
from checks import PARE, Pare, check, facts, fails, run, running, skip
from debian import free_port, serving, unpacked
from images import small_image

NAME = "registry.example/team/app:1"
# Docker's daemon as Debian packs it, by suite: another age of `docker save` each, and what it is packed in.
SUITES = {"bookworm": ("a directory a layer", ["docker.io", "containerd"]),
          "trixie": ("an OCI layout", ["docker.io", "docker-cli", "containerd"])}


def section(scratch):
    pare, layout = Pare(scratch, "engines-home"), small_image(scratch + "/small-for-engines")
    archive = scratch + "/app.docker.tar"
    run("skopeo", "copy", "--quiet", "--insecure-policy", "oci:" + layout, "docker-archive:%s:%s" % (archive, NAME))
    truth = facts(pare.scan(archive).stdout)
    check("the image of the engines has findings", len(truth[0]) > 10, len(truth[0]))

    def same(name, result):
        check(name, result.returncode == 0 and facts(result.stdout) == truth and NAME in json.loads(
            result.stdout)["Metadata"].get("RepoTags", []), "%d: %s" % (result.returncode, result.stderr[-800:]))

    podman(pare, archive, scratch, same)
    for suite in SUITES:
        daemon(pare, archive, scratch, suite, same)
    check("nothing of the engines is left where things are passed", not pare.left(), pare.left())


def podman(pare, archive, scratch, same):
    folder = scratch + "/podman"
    os.mkdir(folder)
    storage = folder + "/storage.conf"
    with open(storage, "w", encoding="utf-8") as handle:
        handle.write('[storage]\ndriver = "vfs"\ngraphroot = "%s/images"\nrunroot = "%s/run"\n' % (folder, folder))
    own = dict(os.environ, CONTAINERS_STORAGE_CONF=storage)
    run("podman", "load", "--quiet", "--input", archive, env=own)
    same("an image in podman's storage, without a service", pare.scan(
        "--image-src", "podman", NAME, CONTAINERS_STORAGE_CONF=storage))
    fails("an image that podman's storage has not is said", pare.scan(
        "--image-src", "podman", "none:1", CONTAINERS_STORAGE_CONF=storage), "podman: it has no image 'none:1'")
    socket = folder + "/podman.sock"
    with serving(["podman", "--cgroup-manager=cgroupfs", "system", "service", "--time=0", "unix://" + socket],
                 lambda: os.path.exists(socket), folder + "/log", env=own):
        same("an image of podman's service", pare.scan(
            "--no-cache", "--image-src", "podman", NAME, CONTAINER_HOST="unix://" + socket))
        same("podman's service speaks Docker's language", pare.scan(
            "--no-cache", "--docker-host", "unix://" + socket, NAME))
        through_ssh(pare, folder, socket, same)


def through_ssh(pare, folder, socket, same):
    host = "ssh://me@build.example" + socket
    path = running_here(folder + "/bin", 'exec "$@"')
    same("an image of an engine behind ssh", pare.scan(
        "--no-cache", "--image-src", "podman", NAME, CONTAINER_HOST=host, PATH=path))
    fails("an engine behind ssh is not asked without the network", pare.scan(
        "--offline", "--image-src", "podman", NAME, CONTAINER_HOST=host, PATH=path), "switched off")
    stopped_anywhere(pare, host, running_here(folder + "/slow", 'trap "sleep 0.1; exit" TERM; exec 3<&0; "$@" <&3 & wait'))


def running_here(folder, how):
    """A PATH with a program in place of `ssh`, which runs here what would be run there."""
    os.mkdir(folder)
    with open(folder + "/ssh", "w", encoding="utf-8") as handle:
        handle.write('#!/bin/sh\nwhile [ "$1" != -- ]; do shift; done\nshift 2\n%s\n' % how)
    os.chmod(folder + "/ssh", 0o755)
    return folder + ":" + os.environ["PATH"]


def stopped_anywhere(pare, host, path):
    """Ctrl-C at any moment of a scan, its last too, leaves nothing of the way to an engine whose program is slow to end."""
    env = pare.environment(CONTAINER_HOST=host, PATH=path)

    def scan(stop=None):
        child = subprocess.Popen([PARE, "scan", "--no-cache", "--image-src", "podman", NAME], stdin=subprocess.DEVNULL,
                                 stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=pare.home, env=env)
        if stop is not None:
            time.sleep(stop)
            child.send_signal(signal.SIGINT)
        return child.wait(60)
    began = time.monotonic()
    whole, took = scan(), time.monotonic() - began
    codes = {scan(took * number / 40) for number in range(40)}
    left = pare.left() + running("/slow/ssh -T ")
    check("Ctrl-C at 40 moments of a scan behind ssh leaves nothing", not left and whole == 0 and 130 in codes
          and codes <= {0, 130, -signal.SIGINT}, (whole, codes, left))


def daemon(pare, archive, scratch, suite, same):
    form, packages = SUITES[suite]
    folder = unpacked(scratch, "docker-" + suite, suite, packages)
    what = "Docker of Debian %s, which saves %s" % (suite, form)
    if not folder or os.geteuid() != 0:
        return skip(what, "needs root and Debian's packages")
    socket, port = folder + "/docker.sock", free_port()
    certificates = authority(folder + "/certificates")
    # Debian's runc of this machine fits its C library; that of another suite may not.
    path = ":".join([folder + "/usr/sbin", folder + "/usr/bin", os.environ["PATH"], "/usr/sbin"])
    words = ["dockerd", "--data-root", folder + "/data", "--exec-root", folder + "/exec", "--pidfile", folder + "/pid",
             "--host", "unix://" + socket, "--host", "tcp://127.0.0.1:%d" % port, "--tlsverify", "--tlscacert",
             certificates + "/ca.pem", "--tlscert", certificates + "/server.pem", "--tlskey", certificates + "/server-key.pem",
             "--exec-opt", "native.cgroupdriver=cgroupfs", "--storage-driver=vfs", "--iptables=false", "--ip6tables=false",
             "--bridge=none"]
    log = folder + "/log"
    with serving(words, lambda: "API listen on 127.0.0.1" in open(log, encoding="utf-8").read(), log,
                 env=dict(os.environ, PATH=path)):
        store.load(socket, archive)
        same(what, pare.scan("--no-cache", NAME, DOCKER_HOST="unix://" + socket))
        read = pare.scan("--no-cache", "--evidence", NAME, DOCKER_HOST="unix://" + socket)
        file = pare.scan("--no-cache", "--evidence", archive)
        check(what + ", with every program read", read.returncode == 0 and facts(read.stdout) == facts(file.stdout), read.stderr)
        fails("an image that it has not is said", pare.scan("--image-src", "docker", "none:1", DOCKER_HOST="unix://" + socket),
              "docker: it has no image 'none:1'")
        fails("an image for another platform is said", pare.scan(
            "--image-src", "docker", "--platform", "linux/s390x", NAME, DOCKER_HOST="unix://" + socket), "s390x")
        over_tls(pare, port, certificates, what, same)
        ssh.section(pare, folder, folder + "/usr/bin", socket, NAME, what, same)
    if suite == "trixie":
        store.section(pare, archive, folder, path, NAME, same)
    containerd(pare, archive, folder, path, suite, same)
    subprocess.run(["umount", folder + "/exec/netns/default"], check=False, stderr=subprocess.DEVNULL)
    shutil.rmtree(folder, ignore_errors=True)


def containerd(pare, archive, folder, path, suite, same):
    place = folder + "/containerd"
    os.mkdir(place)
    socket, log, env = place + "/socket", place + "/log", dict(os.environ, PATH=path)
    with open(place + "/config.toml", "w", encoding="utf-8") as handle:
        handle.write('version = 2\ndisabled_plugins = ["io.containerd.grpc.v1.cri"]\n[grpc]\n  address = "%s"\n' % socket)
    words = ["containerd", "--config", place + "/config.toml", "--root", place + "/root", "--state", place + "/state"]
    with serving(words, lambda: "successfully booted" in open(log, encoding="utf-8").read(), log, env=env):
        run("ctr", "--address", socket, "images", "import", "--no-unpack", archive, env=env)
        what = "containerd of Debian " + suite
        asked = {"CONTAINERD_ADDRESS": socket, "PATH": path}
        same(what, pare.scan("--no-cache", "--image-src", "containerd", NAME, **asked))
        fails("an image that containerd has not is said", pare.scan(
            "--image-src", "containerd", NAME, CONTAINERD_NAMESPACE="other", **asked), "containerd: it has no image '%s'" % NAME)
        fails("an image that containerd has for another platform is said", pare.scan(
            "--image-src", "containerd", "--platform", "linux/s390x", NAME, **asked), "s390x")
        fails("that ctr is missing is said", pare.scan(
            "--image-src", "containerd", NAME, CONTAINERD_ADDRESS=socket, PATH="/nowhere"), "no program 'ctr'")


def over_tls(pare, port, certificates, what, same):
    host = "tcp://127.0.0.1:%d" % port
    same(what + ", over TLS", pare.scan(
        "--no-cache", NAME, DOCKER_HOST=host, DOCKER_TLS_VERIFY="1", DOCKER_CERT_PATH=certificates))
    fails("that it speaks TLS is said to those who do not", pare.scan("--image-src", "docker", NAME, DOCKER_HOST=host),
          "speaks TLS", "DOCKER_TLS_VERIFY")
    fails("without a certificate it is not given", pare.scan(
        "--image-src", "docker", NAME, DOCKER_HOST=host, DOCKER_TLS_VERIFY="1", DOCKER_CERT_PATH=certificates + "/none"),
        "docker: ")
    fails("without the network a daemon elsewhere is not asked", pare.scan(
        "--offline", "--image-src", "docker", NAME, DOCKER_HOST=host, DOCKER_TLS_VERIFY="1", DOCKER_CERT_PATH=certificates),
        "switched off")


def authority(folder):
    """Certificates of an authority of the tests, as Docker names its files."""
    os.mkdir(folder)
    os.mkdir(folder + "/none")

    def openssl(*words):
        run("openssl", *words, cwd=folder, stderr=subprocess.DEVNULL)
    new = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    openssl("req", "-x509", *new, "-days", "2", "-subj", "/CN=authority", "-keyout", "ca-key.pem", "-out", "ca.pem")
    shutil.copy(folder + "/ca.pem", folder + "/none/ca.pem")
    for name, stem, use in ("server", "server", "serverAuth"), ("key", "", "clientAuth"):
        certificate, key = (stem + ".pem", stem + "-key.pem") if stem else ("cert.pem", "key.pem")
        with open(folder + "/extensions", "w", encoding="utf-8") as handle:
            handle.write("subjectAltName=IP:127.0.0.1\nextendedKeyUsage=%s\n" % use)
        openssl("req", *new, "-subj", "/CN=" + name, "-keyout", key, "-out", "request")
        openssl("x509", "-req", "-in", "request", "-CA", "ca.pem", "-CAkey", "ca-key.pem", "-CAcreateserial", "-days", "2",
                "-extfile", "extensions", "-out", certificate)
    return folder
