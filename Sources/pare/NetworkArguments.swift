// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import PareKit

/// Whether the network may be used.
struct OfflineArguments: ParsableArguments {
    @Flag(help: "Use no network at all: pull nothing, ask no registry (also by PARE_OFFLINE).")
    var offline = false

    func isOffline(_ environment: [String: String]) throws -> Bool {
        try offline || environment.flag("OFFLINE") || environment.flag("OFFLINE_SCAN")
    }
}

/// How the network may be used.
struct NetworkArguments: ParsableArguments {
    @OptionGroup
    var offline: OfflineArguments

    @Flag(help: "Do not verify certificates, and take plain HTTP too.")
    var insecure = false

    @Option(
        help: ArgumentHelp("Trust this authority besides the system's; again for more.", valueName: "file"))
    var cacert: [String] = []

    @Option(help: ArgumentHelp("Certificate to show to servers that want one.", valueName: "file"))
    var clientCert: String?

    @Option(help: ArgumentHelp("Its key, if that is not in the same file.", valueName: "file"))
    var clientKey: String?

    @Option(
        help: ArgumentHelp("Time for one operation with all its tries: 90s, 5m, 1h30m.", valueName: "time"))
    var timeout: TimeSpan?

    /// What the options say, or else the variables `PARE_…` and `TRIVY_…` of the same names.
    func settings(_ environment: [String: String]) throws -> NetworkSettings {
        var settings = NetworkSettings()
        settings.isOffline = try offline.isOffline(environment)
        settings.isInsecure = try insecure || environment.flag("INSECURE")
        settings.authorities =
            cacert.isEmpty
            ? environment.option("CACERT").map { $0.split(separator: ",").map(String.init) } ?? [] : cacert
        settings.clientCertificate = clientCert ?? environment.option("CLIENT_CERT")
        settings.clientKey = clientKey ?? environment.option("CLIENT_KEY")
        if let timeout {
            settings.timeLimit = timeout.duration
        } else if let text = environment.option("TIMEOUT") {
            guard let span = TimeSpan(argument: text) else {
                throw ValidationError("the variable for '--timeout' is '\(text)', not a time such as 5m")
            }
            settings.timeLimit = span.duration
        }
        guard settings.clientKey == nil || settings.clientCertificate != nil else {
            throw ValidationError("'--client-key' needs '--client-cert'")
        }
        return settings
    }
}

/// A time as people write it: `90s`, `5m`, `1h30m`, `500ms`; a number alone is in seconds.
struct TimeSpan: ExpressibleByArgument, Equatable {
    let duration: Duration

    /// Longer than any operation, and far from overflow.
    private static let longest = 366 * 86_400_000

    init?(argument: String) {
        let units = ["h": 3_600_000, "m": 60_000, "s": 1000, "ms": 1]
        var total = 0
        var rest = argument[...]
        while !rest.isEmpty {
            let digits = rest.prefix { "0"..."9" ~= $0 }
            let name = rest.dropFirst(digits.count).prefix { "a"..."z" ~= $0 }
            let isAlone = name.isEmpty && digits.count == argument.count
            guard let number = Int(digits), let unit = isAlone ? 1000 : units[String(name)],
                number <= Self.longest / unit
            else { return nil }
            total += number * unit
            guard total <= Self.longest else { return nil }
            rest = rest.dropFirst(digits.count + name.count)
        }
        guard total > 0 else { return nil }
        duration = .milliseconds(total)
    }
}

extension [String: String] {
    /// Whether `PARE_NAME`, or else `TRIVY_NAME`, switches something on.
    func flag(_ name: String) throws -> Bool {
        guard let text = option(name) else { return false }
        switch text.lowercased() {
        case "1", "true", "yes", "on": return true
        case "0", "false", "no", "off": return false
        default:
            throw ValidationError("'PARE_\(name)' or 'TRIVY_\(name)' is '\(text)', neither true nor false")
        }
    }
}
