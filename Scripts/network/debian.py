"""Servers out of Debian's packages, without installing them."""
import contextlib
import glob
import os
import socket as sockets
import subprocess
import time

from checks import run


def unpacked(scratch, name, suite, packages):
    """A folder with what is in packages of a suite; `None` where they are not to be had."""
    folder = os.path.join(scratch, name)
    lists = folder + "/apt"
    for part in "lists/partial", "cache/archives/partial":
        os.makedirs(os.path.join(lists, part))
    with open(lists + "/suite.sources", "w", encoding="utf-8") as handle:
        handle.write("Types: deb\nURIs: http://deb.debian.org/debian\nSuites: %s\nComponents: main\n"
                     "Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg\n" % suite)
    options = [word for setting in (
        "Dir::Etc::sourcelist=%s/suite.sources" % lists, "Dir::Etc::sourceparts=-", "Dir::State::lists=%s/lists" % lists,
        "Dir::Cache=%s/cache" % lists, "APT::Sandbox::User=root") for word in ("-o", setting)]
    for words in ["update"], ["download", *packages]:
        if subprocess.run(["apt-get", "-qq", *options, *words], cwd=lists, check=False, stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL).returncode:
            return None
    for package in glob.glob(lists + "/*.deb"):
        run("dpkg", "-x", package, folder)
    return folder


@contextlib.contextmanager
def serving(words, ready, log, **options):
    """A server that is ended with the block."""
    with open(log, "w", encoding="utf-8") as handle:
        server = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=handle, stderr=subprocess.STDOUT, **options)
    try:
        end = time.monotonic() + 60
        while not ready():
            if server.poll() is not None or time.monotonic() > end:
                raise RuntimeError("%s did not start: %s" % (words[0], open(log, encoding="utf-8").read()[-2000:]))
            time.sleep(0.05)
        yield
    finally:
        server.terminate()
        try:
            server.wait(30)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def free_port():
    with contextlib.closing(sockets.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
