"""OSV's archives at a real web server, nginx out of Debian's package: cut downloads, and TLS in plain HTTP's place."""
import json
import os
import random
import re
import zipfile

from checks import Pare, check, eventually, fails, run, skip
from debian import free_port, serving, unpacked
from servers import Authority
from uploads import Cutting

RECORDS = 3000


def section(scratch):
    package = unpacked(scratch, "nginx", "bookworm", ["nginx"])
    if not package:
        return skip("OSV's archives at nginx", "needs Debian's packages")
    os.makedirs(scratch + "/site/npm")
    size, ports, log = archive(scratch + "/site/npm/all.zip"), (free_port(), free_port()), scratch + "/log"
    certificate, key = Authority(scratch).issue("server")
    with open(scratch + "/nginx.conf", "w", encoding="utf-8") as handle:
        handle.write("""daemon off; master_process off; pid %(folder)s/pid; error_log %(folder)s/errors; events {}
http { access_log %(folder)s/access; root %(folder)s/site; client_body_temp_path %(folder)s/body; proxy_temp_path %(folder)s/proxy;
  fastcgi_temp_path %(folder)s/fastcgi; uwsgi_temp_path %(folder)s/uwsgi; scgi_temp_path %(folder)s/scgi;
  server { listen 127.0.0.1:%(plain)d; }
  server { listen 127.0.0.1:%(tls)d ssl; ssl_certificate %(certificate)s; ssl_certificate_key %(key)s; } }
""" % {"folder": scratch, "plain": ports[0], "tls": ports[1], "certificate": certificate, "key": key})
    with serving([package + "/usr/sbin/nginx", "-p", scratch, "-c", scratch + "/nginx.conf", "-e", scratch + "/errors"],
                 lambda: os.path.exists(scratch + "/pid"), log):
        cut(scratch, "127.0.0.1:%d" % ports[0], size)
        fails("nginx speaks TLS, and that is said where it is asked in the clear", update(
            Pare(scratch, "clear"), "127.0.0.1:%d" % ports[1]), "speaks TLS", "https://")


def update(pare, place):
    return pare.run("db", "update", "--quiet", "--insecure", "--osv", "npm", "--osv-url", "http://" + place)


def archive(path):
    """Writes records that have no worth; gives the archive's size."""
    with zipfile.ZipFile(path, "w") as handle:
        for number in range(RECORDS):
            name = "GHSA-%04d-aaaa-aaaa" % number
            handle.writestr(name + ".json", json.dumps({
                "id": name, "modified": "2026-01-01T00:00:00Z", "summary": "x" * 300, "affected": [{
                    "package": {"ecosystem": "npm", "name": "package-%d" % number}, "ranges": [
                        {"type": "SEMVER", "events": [{"introduced": "0"}, {"fixed": "1.0.%d" % number}]}]}]}))
    return os.path.getsize(path)


def cut(scratch, place, size):
    lottery = random.Random(7)
    whole = update(Pare(scratch, "whole"), place)
    check("OSV's archive comes from nginx", whole.returncode == 0 and "%d records" % RECORDS in whole.stdout, whole.stderr)
    with Cutting(place) as proxy:
        proxy.arm([(False, lottery.randrange(size // 8, size // 4)) for _ in range(3)])
        result = update(Pare(scratch, "cut"), proxy.place)
        check("a download that is cut three times is whole", result.returncode == 0 and proxy.done == 3
              and result.stdout == whole.stdout, "%d cuts: %s" % (proxy.done, result.stderr))

    def answered():
        with open(scratch + "/access", encoding="utf-8") as handle:
            return [(int(status), int(count)) for status, count in re.findall(r'" (\d{3}) (\d+) ', handle.read())]
    # What the server writes down comes after its answer.
    eventually(lambda: len(answered()) >= 5)
    answers = answered()
    # Parts, of which each is shorter than the one before.
    parts = [count for status, count in answers[2:] if status == 206]
    check("it goes on where it was", [status for status, _ in answers] == [200, 200, 206, 206, 206] and len(parts) == 3, answers)
    run("rm", "-r", scratch + "/site")
