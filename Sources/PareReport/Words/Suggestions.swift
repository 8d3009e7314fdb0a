// SPDX-License-Identifier: Apache-2.0
import PareBytes
package import PareModel

extension Hardening {
    /// `it answers the same with a read-only root file system, without any capability, as user 1000`.
    var sentence: String {
        let parts = [
            readOnlyRoot
                ? "with a read-only root file system" + (needsTmp ? " and a writable /tmp" : "") : nil,
            dropsAllCapabilities ? "without any capability" : nil, runsAsNonRoot ? "as user \(user)" : nil,
        ].compactMap(\.self)
        return parts.isEmpty
            ? "it needs root, files that it can write, and capabilities"
            : "it answers the same " + parts.joined(separator: ", ")
    }
}

/// What a pod of Kubernetes should say of an application: only what was tried.
///
/// - SeeAlso: Kubernetes, "Configure a Security Context for a Pod or Container".
package func kubernetesYAML(_ hardening: Hardening, application: String) -> String {
    let user = hardening.runsAsNonRoot ? hardening.numbers : nil
    // Docker lets every user listen below 1024; Kubernetes leaves that to the pod.
    let isLow =
        hardening.port.map { $0 < 1024 } == true
        && (hardening.runsAsNonRoot || hardening.dropsAllCapabilities)
    let pod = [
        hardening.runsAsNonRoot ? "  runAsNonRoot: true" : nil,
        user.map { "  runAsUser: \($0.user)\n  runAsGroup: \($0.group)" },
        isLow ? "  sysctls:\n    - name: net.ipv4.ip_unprivileged_port_start\n      value: \"0\"" : nil,
    ].compactMap(\.self)
    let container = [
        "      allowPrivilegeEscalation: false",
        hardening.readOnlyRoot ? "      readOnlyRootFilesystem: true" : nil,
        hardening.dropsAllCapabilities ? "      capabilities:\n        drop: [\"ALL\"]" : nil,
    ].compactMap(\.self)
    var lines = ["# In a pod's spec, or in spec.template.spec of a Deployment"]
    if !pod.isEmpty { lines += ["securityContext:"] + pod }
    lines += ["containers:", "  - name: \(application.quoted)", "    image: \(application.quoted)"]
    lines += ["    securityContext:"] + container
    if hardening.readOnlyRoot, hardening.needsTmp {
        lines += ["    volumeMounts:", "      - name: tmp", "        mountPath: /tmp"]
        lines += ["volumes:", "  - name: tmp", "    emptyDir: {}"]
    }
    return lines.joined(separator: "\n") + "\n"
}

/// What a Compose file should say of an application: only what was tried.
package func composeYAML(_ hardening: Hardening, application: String) -> String {
    var lines = ["services:", "  \(application.quoted):", "    image: \(application.quoted)"]
    if hardening.runsAsNonRoot {
        let user = hardening.numbers.map { "\($0.user):\($0.group)" } ?? hardening.user
        lines.append("    user: \(user.quoted)")
    }
    if hardening.readOnlyRoot { lines.append("    read_only: true") }
    if hardening.readOnlyRoot, hardening.needsTmp { lines += ["    tmpfs:", "      - /tmp"] }
    if hardening.dropsAllCapabilities { lines += ["    cap_drop:", "      - ALL"] }
    lines += ["    security_opt:", "      - no-new-privileges:true"]
    return lines.joined(separator: "\n") + "\n"
}

/// What stands in the folder of a proof for whoever opens it first.
package func proofReadme(_ proof: FixProof) -> String {
    var lines = [
        "# \(proof.application)", "", "\(proof.comparison.verdict).", "",
        "Written by pare. `report.html` shows what was measured, `proof.json` is the same for machines, and `Dockerfile` is the",
        "one that was built and tried (recipe `\(proof.winner)`).",
    ]
    if let hardening = proof.hardening {
        lines += ["", "## Running it", "", "Tried, not guessed: \(hardening.sentence)."]
        lines += hardening.reasons.map { "Needed: \($0)." }
        lines += [
            "", "Kubernetes:", "", "```yaml",
            kubernetesYAML(hardening, application: proof.application) + "```",
        ]
        lines += [
            "", "Compose:", "", "```yaml", composeYAML(hardening, application: proof.application) + "```",
        ]
    }
    return lines.joined(separator: "\n") + "\n"
}

extension String {
    /// As a scalar of YAML that is a text whatever it looks like: JSON's, which YAML has as well.
    fileprivate var quoted: String { JSONValue.string(self).indented }
}
