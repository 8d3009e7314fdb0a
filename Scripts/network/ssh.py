"""A real server of ssh in front of a real engine: Debian's, unpacked and not installed, with keys of the tests."""
import contextlib
import glob
import os
import signal
import subprocess
import time

from checks import PARE, Pare, check, eventually, fails, run, running, skip
from debian import free_port, serving, unpacked

# What a server says when it is asked by way of each port.
PORTS = ("engine", "bare", "mute")


class Server:
    """Where it listens, and programs `ssh` in folders of their own that know it, or not."""

    def __init__(self, folder, ports):
        self.folder, self.ports = folder, ports

    def address(self, port="engine", path=""):
        return "ssh://root@127.0.0.1:%d%s" % (self.ports[port], path)

    def path(self, name, key, known):
        """A PATH whose ssh reads a configuration of ours, and none of the user's."""
        place = "%s/with-%s" % (self.folder, name)
        if not os.path.isdir(place):
            os.mkdir(place)
            write(place + "/config", "IdentityFile %s/%s\nIdentitiesOnly yes\nUserKnownHostsFile %s\nGlobalKnownHostsFile none\n" % (
                self.folder, key, known))
            write(place + "/ssh", '#!/bin/sh\nexec /usr/bin/ssh -F %s/config "$@"\n' % place)
            os.chmod(place + "/ssh", 0o755)
        return place + ":" + os.environ["PATH"]

    def clients(self):
        """Processes that name this folder, as its clients do."""
        return [words for words in running(self.folder) if words.startswith("/usr/bin/ssh ")]


def write(path, text):
    with open(path, "w", encoding="utf-8") as handle:
        handle.write(text)


@contextlib.contextmanager
def server(scratch, programs, socket):
    """Serves as root in a mount namespace of its own, so that neither /etc/passwd nor /run is changed; `None` without Debian.

    Commands find the engine's programs in a folder by way of one port, none by way of another, and no answer by way of a third.
    """
    package = unpacked(scratch, "ssh", "bookworm", ["openssh-server", "libwrap0"])
    if not package:
        yield None
        return
    folder, ports = scratch + "/sshd", {name: free_port() for name in PORTS}
    os.mkdir(folder)
    os.mkdir(folder + "/home")
    for name in "host", "user", "stranger":
        run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", "%s/%s" % (folder, name))
    with open("/etc/passwd", encoding="utf-8") as handle:
        others = [line for line in handle if not line.startswith(("root:", "sshd:"))]
    write(folder + "/passwd", "root:x:0:0:root:%s/home:/bin/sh\nsshd:x:65533:65534::/:/usr/sbin/nologin\n%s" % (
        folder, "".join(others)))
    write(folder + "/shadow", "root:*:19000:0:99999:7:::\n")
    write(folder + "/config", "".join("ListenAddress 127.0.0.1:%d\n" % port for port in ports.values()) + """
HostKey %(folder)s/host
PidFile none
AuthorizedKeysFile %(folder)s/user.pub
AuthenticationMethods publickey
StrictModes no
UsePAM no
SetEnv PATH=%(programs)s:/usr/bin:/bin DOCKER_HOST=unix://%(socket)s
Match LocalPort %(bare)d
  SetEnv PATH=/nowhere
Match LocalPort %(mute)d
  ForceCommand /bin/cat >/dev/null
""" % dict(ports, folder=folder, programs=programs, socket=socket))
    with open(folder + "/host.pub", encoding="utf-8") as key:
        words = key.read()
    write(folder + "/known", "".join("[127.0.0.1]:%d %s" % (port, words) for port in ports.values()))
    begin = ("mount --make-rprivate / && mount --bind %(f)s/passwd /etc/passwd && mount --bind %(f)s/shadow /etc/shadow && "
             "mount -t tmpfs none /run && mkdir /run/sshd && exec %(p)s/usr/sbin/sshd -D -e -f %(f)s/config")
    log = folder + "/log"
    libraries = glob.glob(package + "/usr/lib/*-linux-gnu*")[0]
    with serving(["unshare", "-m", "sh", "-c", begin % {"f": folder, "p": package}],
                 lambda: open(log, encoding="utf-8").read().count("listening on") == len(ports), log,
                 env=dict(os.environ, LD_LIBRARY_PATH=libraries)):
        yield Server(folder, ports)


def section(pare, scratch, programs, socket, name, what, same):
    """Scans of an image that the engine at the socket has, by way of ssh."""
    with server(scratch, programs, socket) as there:
        if not there:
            return skip(what + ", behind ssh", "needs Debian's packages")
        known = there.path("known", "user", there.folder + "/known")

        def ask(host, path=known, **more):
            return pare.scan("--no-cache", "--image-src", "docker", name, DOCKER_HOST=host, PATH=path, **more)
        same(what + ", behind ssh", ask(there.address()))
        same(what + ", behind ssh with the socket's path", ask(there.address(path=socket)))
        began = time.monotonic()
        write(there.folder + "/ask", "#!/bin/sh\ntouch %s/asked\necho yes\n" % there.folder)
        os.chmod(there.folder + "/ask", 0o755)
        asking = {"SSH_ASKPASS": there.folder + "/ask", "SSH_ASKPASS_REQUIRE": "force", "DISPLAY": ":1"}
        fails("a host that ssh does not know is said", ask(there.address(), there.path("unknown", "user", "none"), **asking),
              "Host key verification failed", "compare the host's key")
        fails("a wrong key is said", ask(there.address(), there.path("stranger", "stranger", there.folder + "/known")),
              "Permission denied (publickey)", "'ssh' must get in with a key")
        fails("a host without Docker's command is said", ask(there.address("bare")), "docker: not found", "install")
        fails("an engine that does not run there is said", ask(there.address(path=socket + ".none")), ".none", "start the engine")
        fails("no server of ssh is said", ask("ssh://root@127.0.0.1:%d" % free_port()), "Connection refused", "port")
        check("none of this asks a question or waits for an answer", not os.path.exists(there.folder + "/asked")
              and time.monotonic() - began < 120, time.monotonic() - began)
        stopped(pare, there, known, name, signal.SIGINT, 130)
        # Its folder for passing things stays then, so that is another one.
        stopped(Pare(scratch, "killed"), there, known, name, signal.SIGKILL, -9)


def stopped(pare, there, path, name, stop, code):
    """However a scan is ended while an engine behind ssh is asked, its ssh ends too."""
    child = subprocess.Popen([PARE, "scan", "--image-src", "docker", name], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT, text=True, cwd=pare.home,
                             env=pare.environment(DOCKER_HOST=there.address("mute"), PATH=path))
    eventually(there.clients, 60)
    # Until it is through, and nobody answers.
    time.sleep(0.5)
    began = there.clients()
    child.send_signal(stop)
    said = child.communicate(timeout=30)[0]
    ended = eventually(lambda: not there.clients(), 60)
    check("signal %d ends a scan behind ssh, and its ssh" % stop, child.returncode == code and len(began) == 1
          and ended, "%s: %s, then %s: %s" % (child.returncode, began, there.clients(), said))
