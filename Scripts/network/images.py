"""Small images of the tests, as OCI layouts: what looks like a Debian with two packages, packed in one way or another."""
import gzip
import hashlib
import io
import json
import os
import tarfile

KIND = "application/vnd.oci.image."
PACKAGES = {"amd64": (("libc6", "glibc", "2.36-9+deb12u4"), ("libssl3", "openssl", "3.0.11-1~deb12u2")),
            "arm64": (("libc6", "glibc", "2.36-9+deb12u4"), ("zlib1g", "zlib", "1:1.2.13.dfsg-1"))}


def debian(architecture):
    """The files of the image's one layer."""
    status = "".join("Package: %s\nStatus: install ok installed\nArchitecture: %s\nSource: %s\nVersion: %s\n\n" % (
        name, architecture, source, version) for name, source, version in PACKAGES[architecture])
    return {"etc/os-release": 'ID=debian\nVERSION_ID="12"\n', "etc/debian_version": "12.5\n", "var/lib/dpkg/status": status}


def tar(files):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for path, text in files.items():
            entry = tarfile.TarInfo(path)
            entry.size = len(text)
            archive.addfile(entry, io.BytesIO(text.encode()))
    return buffer.getvalue()


def digest(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


class Layout:
    """A folder that images are written into."""

    def __init__(self, folder):
        self.folder = folder
        os.makedirs(folder + "/blobs/sha256")

    def put(self, data, kind, **more):
        """Writes a blob; gives its descriptor."""
        name = digest(data)
        with open("%s/blobs/%s" % (self.folder, name.replace(":", "/")), "wb") as handle:
            handle.write(data)
        return {"mediaType": kind, "digest": name, "size": len(data), **more}

    def json(self, value, kind, **more):
        return self.put(json.dumps(value).encode(), kind, **more)

    def image(self, architecture, layer, diff_id):
        config = {"architecture": architecture, "os": "linux", "rootfs": {"type": "layers", "diff_ids": [diff_id]}}
        return self.manifest(self.json(config, KIND + "config.v1+json"), layer)

    def manifest(self, config, layer, **more):
        kind = KIND + "manifest.v1+json"
        return self.json({"schemaVersion": 2, "mediaType": kind, "config": config, "layers": [layer]}, kind, **more)

    def finish(self, described):
        """Writes what makes a layout of the folder, with one image or index in it."""
        for name, value in (("oci-layout", {"imageLayoutVersion": "1.0.0"}), (
                "index.json", {"schemaVersion": 2, "manifests": [described]})):
            with open("%s/%s" % (self.folder, name), "w", encoding="utf-8") as handle:
                json.dump(value, handle)
        return self.folder


def small_image(folder, architecture="amd64"):
    """A layout with one image; gives its path."""
    layout, content = Layout(folder), tar(debian(architecture))
    layer = layout.put(gzip.compress(content, mtime=0), KIND + "layer.v1.tar+gzip")
    return layout.finish(layout.image(architecture, layer, digest(content)))


def several_platforms(folder, name):
    """A layout with an index of two platforms, and an attestation beside each as BuildKit puts it there."""
    layout, listed = Layout(folder), []
    for architecture in PACKAGES:
        content = tar(debian(architecture))
        layer = layout.put(gzip.compress(content, mtime=0), KIND + "layer.v1.tar+gzip")
        listed.append({**layout.image(architecture, layer, digest(content)),
                       "platform": {"os": "linux", "architecture": architecture}})
    statement = json.dumps({"_type": "https://in-toto.io/Statement/v0.1", "subject": [], "predicate": {},
                            "predicateType": "https://slsa.dev/provenance/v0.2"}).encode()
    for image in list(listed):
        config = layout.json({"architecture": "unknown", "os": "unknown", "rootfs": {
            "type": "layers", "diff_ids": [digest(statement)]}}, KIND + "config.v1+json")
        layer = layout.put(statement, "application/vnd.in-toto+json", annotations={
            "in-toto.io/predicate-type": "https://slsa.dev/provenance/v0.2"})
        listed.append(layout.manifest(config, layer, platform={"os": "unknown", "architecture": "unknown"}, annotations={
            "vnd.docker.reference.type": "attestation-manifest", "vnd.docker.reference.digest": image["digest"]}))
    kind = KIND + "index.v1+json"
    return layout.finish(layout.json({"schemaVersion": 2, "mediaType": kind, "manifests": listed}, kind, annotations={
        "io.containerd.image.name": name, "org.opencontainers.image.ref.name": name.rpartition(":")[2]}))


def estargz(files):
    """A layer as eStargz has it: a member of gzip for each header and each chunk, a table of them as the last file, and a
    footer that says where it is.  Gives the packed bytes, those of the tar, and the digest of the table.

    See stargz-snapshotter, docs/estargz.md.
    """
    packed, plain, table, chunk = io.BytesIO(), io.BytesIO(), [], 100

    def member(data):
        place = packed.tell()
        packed.write(gzip.compress(data, mtime=0))
        plain.write(data)
        return place

    def header(path, size):
        entry = tarfile.TarInfo(path)
        entry.size = size
        return entry.tobuf(tarfile.USTAR_FORMAT)

    def padding(size):
        return b"\0" * (-size % 512)

    # Says that nothing is to be fetched ahead of its use.
    for path, text in {".no.prefetch.landmark": "\x0f", **files}.items():
        data = text.encode()
        member(header(path, len(data)))
        for start in range(0, len(data), chunk):
            part = data[start:start + chunk]
            about = {"name": path, "chunkOffset": start, "chunkSize": len(part), "chunkDigest": digest(part)}
            about.update({"type": "chunk"} if start else {"type": "reg", "size": len(data), "digest": digest(data)})
            table.append({**about, "offset": member(part)})
        member(padding(len(data)))
    text = json.dumps({"version": 1, "entries": table}).encode()
    place = member(header("stargz.index.json", len(text)) + text + padding(len(text)) + b"\0" * 1024)
    extra = b"SG\x16\0" + b"%016xSTARGZ" % place
    packed.write(b"\x1f\x8b\x08\x04\0\0\0\0\0\xff" + len(extra).to_bytes(2, "little") + extra
                 + b"\x01\0\0\xff\xff" + b"\0" * 8)
    return packed.getvalue(), plain.getvalue(), digest(text)


def estargz_image(folder):
    packed, plain, table = estargz(debian("amd64"))
    layout = Layout(folder)
    layer = layout.put(packed, KIND + "layer.v1.tar+gzip", annotations={
        "containerd.io/snapshot/stargz/toc.digest": table, "io.containers.estargz.uncompressed-size": str(len(plain))})
    return layout.finish(layout.image("amd64", layer, digest(plain)))
