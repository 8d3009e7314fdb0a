"""What the checks of the network share: counting, running `pare`, and finding out what it left."""
import collections
import contextlib
import json
import os
import subprocess
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PARE = os.environ.get("PARE", os.path.join(ROOT, ".build-release/pare"))
COUNTS = collections.Counter()


def check(name, holds, detail=""):
    COUNTS["passed" if holds else "failed"] += 1
    print("%s %s%s" % ("ok    " if holds else "FAILED", name, "" if holds or not detail else ": %s" % (detail,)), flush=True)


def skip(name, why):
    COUNTS["skipped"] += 1
    print("skipped %s: %s" % (name, why), flush=True)


def run(*words, **options):
    """What a tool says that must not fail."""
    return subprocess.run(words, check=True, stdout=subprocess.PIPE, text=True, **options).stdout


class Pare:
    """`pare` as a person runs it, with a home of its own, nothing inherited but PATH, and variables that are always set."""

    def __init__(self, scratch, name="home", **always):
        self.always = always
        self.home = os.path.join(scratch, name)
        self.passing = os.path.join(self.home, "tmp")
        os.makedirs(self.passing, exist_ok=True)

    def environment(self, **more):
        return {"PATH": os.environ["PATH"], "HOME": self.home, "TMPDIR": self.passing,
                "XDG_CACHE_HOME": os.path.join(self.home, "cache"), **self.always, **more}

    def run(self, *words, said=None, limit=120, **environment):
        """The finished process; a run that takes longer than the limit is a failed check."""
        try:
            return subprocess.run([PARE, *words], input=said, check=False, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                  text=True, env=self.environment(**environment), cwd=self.home, timeout=limit)
        except subprocess.TimeoutExpired as slow:
            return subprocess.CompletedProcess(slow.cmd, -1, "", "it did not end in %s s" % limit)

    def scan(self, *words, **environment):
        return self.run("scan", "--quiet", "--format", "json", *words, **environment)

    def left(self):
        """What stands in the folder for passing things."""
        return os.listdir(self.passing)


def eventually(holds, limit=20):
    """Whether something holds before so many seconds are over."""
    end = time.monotonic() + limit
    while not holds() and time.monotonic() < end:
        time.sleep(0.02)
    return bool(holds())


def running(word):
    """The command lines of processes that have a word in them."""
    found = []
    for number in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError), open("/proc/%s/cmdline" % number, "rb") as handle:
            words = handle.read().decode(errors="replace").replace("\0", " ")
            if word in words:
                found.append(words)
    return found


def findings(report):
    """What has to be the same wherever an image comes from."""
    return sorted((v["PkgName"], v["InstalledVersion"], v["VulnerabilityID"])
                  for r in json.loads(report).get("Results", []) for v in r.get("Vulnerabilities", []))


def facts(report):
    """What has to be the same wherever an image comes from: its findings, its id, and its layers."""
    metadata = json.loads(report)["Metadata"]
    return findings(report), metadata["ImageID"], metadata["DiffIDs"], metadata["ImageConfig"]


def fails(name, result, *says, hides=(), status=1):
    """A run that had to fail, once, with the reason and what to do, and without a secret."""
    errors = [line for line in result.stderr.splitlines() if line.startswith("error: ")]
    hints = [line for line in result.stderr.splitlines() if line.startswith("hint: ")]
    told = all(text in result.stderr for text in says) and not any(text in result.stderr for text in hides)
    check(name, result.returncode == status and len(errors) == 1 and len(hints) >= 1 and told and not result.stdout,
          "%d: %s%s" % (result.returncode, result.stderr[-800:], result.stdout[:80]))
