"""Makes an image of jars of all kinds, and an index that knows some of them.  Usage: jars.py FOLDER

Writes FOLDER/image.tar (of `docker save`), FOLDER/cache/java-db/trivy-java.db and its metadata.json.
"""
import hashlib
import io
import json
import os
import sqlite3
import sys
import tarfile
import zipfile

SCHEMA = """
CREATE TABLE artifacts(id INTEGER PRIMARY KEY, group_id TEXT, artifact_id TEXT);
CREATE TABLE indices(artifact_id INTEGER, version TEXT, sha1 BLOB, archive_type TEXT,
  foreign key (artifact_id) references artifacts(id));
CREATE UNIQUE INDEX artifacts_idx ON artifacts(artifact_id, group_id);
CREATE INDEX indices_artifact_idx ON indices(artifact_id);
CREATE UNIQUE INDEX indices_sha1_idx ON indices(sha1);
"""


def archive(files):
    """A zip of names and contents, the same bytes every time."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as packed:
        for name, content in files.items():
            packed.writestr(zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def pom(group, artifact, version):
    path = "META-INF/maven/%s/%s/pom.properties" % (group, artifact)
    return {path: "#made\nversion=%s\ngroupId=%s\nartifactId=%s\n" % (version, group, artifact)}


def manifest(end="\n", **values):
    lines = ["Manifest-Version: 1.0"] + ["%s: %s" % (k.replace("_", "-"), v) for k, v in values.items()] + ["", ""]
    return {"META-INF/MANIFEST.MF": end.join(lines)}


def named(group, artifact, version, **more):
    return manifest(Implementation_Vendor_Id=group, Implementation_Title=artifact, Implementation_Version=version, **more)


def other(text):
    """Content that makes a jar differ from all others."""
    return {"a/%s.class" % text: text}


def layers(index):
    """The files of each layer.  What the index shall know by digest is put into it on the way."""

    def known(group, artifact, version, content, kind="jar"):
        index.append((group, artifact, version, hashlib.sha1(content).digest(), kind))
        return content

    def unseen(group, artifact, version, kind="jar"):
        """A file of an artifact that is nowhere in the image."""
        index.append((group, artifact, version, hashlib.sha1(repr((group, artifact, version, len(index))).encode()).digest(), kind))

    for version in "1", "2", "3":
        unseen("org.many", "guess", version)
    for version in "1.2", "1.3", "1.4", "1.5":
        unseen("org.many", "guess", version)
    for version in "1.2", "1.3":
        unseen("org.few", "guess", version)
    for n in range(20):
        # Many files, and none of them of the version that is looked for.
        unseen("org.other", "guess", "8.%d" % n)
    unseen("org.m", "man", "3")
    unseen("com.b.core", "databind", "1")
    unseen("solo", "solo", "1")
    unseen("Vendor Name", "spec", "0.1")
    unseen("org.android", "onlyaar", "1.0", "aar")
    unseen("org.tool", "tool-1.0", "2")
    unseen("org.scala", "lib_2.13", "1.0.0-SNAPSHOT")
    unseen("org.x", "x", "1.0")
    unseen("org.y", "a-", "1")
    unseen("org.z", "ü", "1.0")
    unseen("org.z", "iü", "1.0")
    unseen("org.case", "Case", "1.0")
    unseen("org.classifier", "cls", "1.2-sources")

    first = {
        "app/lib-1.0.jar": archive(pom("org.example", "lib", "1.0")),
        "app/renamed.jar": known("org.example", "lib", "1.0", archive({**pom("org.example", "lib", "1.0"), **other("r")})),
        "app/short.jar": known("org.example", "short", "2.17.0", archive(pom("org.example", "short", "2.17"))),
        "app/newer.jar": known("org.example", "newer", "2", archive(pom("org.example", "newer", "1"))),
        "app/shaded-3.0.jar": known(
            "org.example", "shaded", "3.0", archive({**pom("org.one", "one", "1"), **pom("org.two", "two", "2")})),
        "app/by-manifest.jar": archive(named("org.m", "man", "4")),
        "app/crlf.jar": archive(manifest("\r\n", Implementation_Vendor_Id="org.m", Implementation_Title="man",
                                         Implementation_Version="5")),
        "app/bundle.jar": archive(manifest(
            Bundle_SymbolicName="com.b.core.databind", Bundle_Name="databind", Bundle_Version="2.1")),
        "app/undotted.jar": archive(manifest(Bundle_SymbolicName="solo", Bundle_Name="solo", Bundle_Version="7")),
        "app/spec.jar": archive(manifest(
            Specification_Vendor="Vendor Name", Specification_Title="spec", Specification_Version="0.2")),
        "app/both.jar": known("org.wrong", "wrong", "1", archive({**named("org.m", "man", "6"), **other("both")})),
        "app/variables.jar": known(
            "org.v", "variables", "1", archive(manifest(
                Bundle_SymbolicName="org.m.man", Bundle_Name="%name", Bundle_Version="2.1"))),
        "app/unknown-pair.jar": known(
            "org.u", "unknown-pair", "1", archive({**named("org.nobody", "nothing", "1"), **other("u")})),
        "app/no-version.jar": archive(manifest(Implementation_Vendor_Id="org.m", Implementation_Title="man")),
        "app/guess-1.2.jar": archive({**named("The Guessers", "Guess It", "1.2"), **other("g")}),
        "app/guess-9.9.jar": archive(other("g9")),
        "app/by-digest.jar": known("org.d", "by-digest", "1.1", archive(other("digest"))),
        "app/onlyaar-1.0.jar": archive(other("aar")),
        "app/tool-1.0-2.jar": archive(other("tool")),
        "app/lib_2.13-1.0.0-SNAPSHOT.jar": archive(other("scala")),
        "app/x-1.0 beta.jar": archive(other("space")),
        "app/a--1.jar": archive(other("dashes")),
        "app/-1.0.jar": archive(other("dash")),
        "app/ü-1.0.jar": archive(other("umlaut")),
        "app/üü-1.0.jar": archive(other("umlauts")),
        "app/iü-1.0.jar": archive(other("umlaut at the end")),
        "app/case-1.0.jar": archive(other("case")),
        "app/cls-1.2-sources.jar": archive(other("classifier")),
        "app/orphan.jar": archive({**named("org.orphan", "orphan", "1"), **other("orphan")}),
        "app/lost.jar": archive(other("lost")),
        "app/empty.jar": archive({}),
        "app/text.jar": b"no archive",
        "app/void.jar": b"",
        "app/pack.par": known("org.p", "par", "1", archive(other("par"))),
        "app/moved.jar": known("org.d", "moved", "1", archive(other("moved"))),
        "app/replaced.jar": known("org.d", "replaced", "1", archive(other("replaced 1"))),
        "app/removed.jar": known("org.d", "removed", "1", archive(other("removed"))),
        "usr/share/java/owned.jar": known("org.d", "owned", "1", archive(other("owned"))),
        "usr/share/java/own.jar": known("org.d", "own", "1", archive(other("own"))),
        "var/lib/dpkg/info/libx-java.list": b"/usr/share/java/owned.jar\n",
        "var/lib/dpkg/status": b"Package: libx-java\nStatus: install ok installed\nVersion: 1\nArchitecture: all\n\n",
        "etc/debian_version": b"12.5\n",
        "etc/os-release": b'ID=debian\nVERSION_ID="12"\n',
    }
    inner = {
        "WEB-INF/lib/guess-1.2.jar": archive(other("inner guess")),
        "WEB-INF/lib/by-digest.jar": known("org.d", "inner", "2", archive(other("inner digest"))),
        "WEB-INF/lib/lost.jar": archive(other("inner lost")),
        "WEB-INF/lib/lib-1.0.jar": archive(pom("org.example", "lib", "1.0")),
        "WEB-INF/lib/shaded.jar": known("org.d", "shaded", "5", archive({**pom("org.one", "one", "1"), **other("in")})),
    }
    war = archive({**inner, **named("org.m", "man", "8")})
    first["app/app.war"] = war
    first["app/all.ear"] = archive({"app.war": war, "lib/deep.jar": known("org.d", "deep", "1", archive(other("deep")))})
    boot = {name.replace("WEB-INF", "BOOT-INF"): content for name, content in inner.items()}
    first["app/boot-2.0.jar"] = known("org.boot", "boot", "2.0", archive(
        {**pom("com.shop", "shop", "0.0.1"), **named("com.shop", "shop", "0.0.1"), **boot}))
    second = {
        "app/replaced.jar": known("org.d", "replaced", "2", archive(other("replaced 2"))),
        "app/again.jar": first["app/by-digest.jar"],
        "app/.wh.removed.jar": b"",
        "app/.wh.moved.jar": b"",
        "opt/moved.jar": first["app/moved.jar"],
        "app/bundle.jar": first["app/bundle.jar"],
    }
    return [first, second]


def write_index(folder, rows):
    os.makedirs(folder)
    data = sqlite3.connect(folder + "/trivy-java.db")
    data.executescript(SCHEMA)
    # An artifact without files, and a file without its artifact.
    data.execute("INSERT INTO artifacts VALUES (900, 'org.orphan', 'orphan')")
    data.execute("INSERT INTO indices VALUES (90000, '1', ?, 'jar')", (hashlib.sha1(archive(other("lost"))).digest(),))
    for group, artifact, version, digest, kind in rows:
        data.execute("INSERT OR IGNORE INTO artifacts(group_id, artifact_id) VALUES (?, ?)", (group, artifact))
        data.execute(
            "INSERT INTO indices SELECT id, ?, ?, ? FROM artifacts WHERE group_id = ? AND artifact_id = ?",
            (version, digest, kind, group, artifact))
    data.commit()
    data.execute("VACUUM")
    with open(folder + "/metadata.json", "w", encoding="utf-8") as file:
        json.dump({"Version": 1, "NextUpdate": "2099-01-01T00:00:00Z", "UpdatedAt": "2026-01-01T00:00:00Z",
                   "DownloadedAt": "2026-01-01T00:00:00Z"}, file)


def tar(files):
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT) as packed:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            packed.addfile(entry, io.BytesIO(content))
    return stream.getvalue()


def image(contents):
    packed = [tar(files) for files in contents]
    ids = ["sha256:" + hashlib.sha256(layer).hexdigest() for layer in packed]
    config = json.dumps({"architecture": "amd64", "os": "linux", "config": {},
                         "rootfs": {"type": "layers", "diff_ids": ids}}).encode()
    names = ["%d.tar" % n for n in range(len(packed))]
    listed = json.dumps([{"Config": "config.json", "RepoTags": ["jars:1"], "Layers": names}]).encode()
    return tar({"config.json": config, **dict(zip(names, packed)), "manifest.json": listed})


def main():
    rows, folder = [], sys.argv[1]
    contents = layers(rows)
    with open(folder + "/image.tar", "wb") as file:
        file.write(image(contents))
    write_index(folder + "/cache/java-db", rows)


main()
