// SPDX-License-Identifier: Apache-2.0

import PareImage
import PareModel

extension Cataloger {
    /// Artifacts of Maven that jars, and jars within jars, say they are made of.
    ///
    /// Only `pom.properties` is believed here.  A manifest or a file name are guesses that an index of Maven Central has to
    /// confirm: they come as inquiries.
    ///
    /// - SeeAlso: Trivy's `pkg/dependency/parser/java/jar`.
    static let jar = Cataloger(
        "jar",
        reads: [".jar", ".war", ".ear", ".par"].map {
            Interest("jar", .suffix($0), take: .content(limit: 64 << 20))
        }, deference: .sameLayer
    ) { file in
        var jar = JarFile()
        jar.read(file.content, at: file.path)
        var reading = Reading(
            packages: jar.artifacts.map { Package(.jar, $0.artifact.name, $0.artifact.version, in: $0.path) })
        reading.inquiries = jar.inquiries
        reading.diagnostics = jar.diagnostics
        return reading
    }
}
