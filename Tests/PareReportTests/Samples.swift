// SPDX-License-Identifier: Apache-2.0
import PareModel

extension Package {
    static func sample(
        _ kind: Kind = .dpkg, _ name: String = "zlib1g", _ version: String = "1.0-1", source: Source? = nil,
        layer: Int = 0, path: String = "var/lib/dpkg/status"
    ) -> Package {
        Package(
            kind, name: name, version: version, source: source, evidence: Evidence(path: path, layer: layer))
    }
}

extension Finding {
    static func sample(
        _ package: Package = .sample(), _ id: String = "CVE-2099-1", _ severity: Severity = .high,
        fixed: String = "",
        status: FixStatus = .affected, source: String = "debian", detail: Advisory.Detail? = Advisory.Detail()
    ) -> Finding {
        Finding(
            package: package,
            advisory: Advisory(
                id: id, source: Advisory.DataSource(id: source, name: source, url: "https://example.org"),
                detail: detail),
            fixedVersion: fixed, status: fixed.isEmpty ? status : .fixed, severity: severity,
            severitySource: "nvd")
    }
}

extension ScanReport {
    static func sample(
        _ findings: [Finding] = [], target: String = "image.tar", layers: [LayerFacts] = [],
        rawConfig: String = "{}", distro: Distro? = Distro(family: "debian", version: "12.5")
    ) -> ScanReport {
        let image = ImageFacts(id: nil, tags: [], layers: layers, config: ImageConfig(), rawConfig: rawConfig)
        return ScanReport(
            target: target, kind: .image, created: "2024-06-07T08:09:10Z", image: image, distro: distro,
            packages: findings.map(\.package), findings: findings,
            store: StoreFacts(name: "test", updated: "2024-06-07", advisoryCount: 1), diagnostics: [])
    }

    /// Findings as a real image of a gigabyte has them: many of few sources, most of them low.
    static func large(findings count: Int) -> ScanReport {
        let layers = (0..<10).map { index in
            LayerFacts(
                digest: nil, diffID: nil, size: ByteCount(index * 30_000_000), compressedSize: nil,
                createdBy: "/bin/sh -c apt-get install -y thing\(index)", isBase: index < 7)
        }
        let severities: [Severity] = [
            .critical, .high, .high, .medium, .medium, .low, .low, .low, .low, .unknown,
        ]
        let findings = (0..<count).map { index in
            let source = Package.Source(
                name: "source\(index % 60)", version: "8:6.9.11.60+dfsg-1.6+deb12u\(index % 60)")
            let package = Package.sample(
                .dpkg, "libsource\(index % 60)-part\(index % 7)", source.version, source: source,
                layer: index % 10)
            let severity = severities[(index % 60) % severities.count]
            return Finding.sample(
                package, "CVE-2099-\(10_000 + index)", severity, fixed: index % 60 == 0 ? "9:1" : "")
        }
        return .sample(findings, layers: layers)
    }
}
