// SPDX-License-Identifier: Apache-2.0
package import PareModel
import PareVersions

extension JavaIndex {
    /// What became of inquiries.
    package struct Answers: Sendable {
        /// What was named, each at its jar, without what was known already.
        package var packages: [Package] = []
        /// Jars in which nothing was found and that the index does not know either.
        package var unknown: [JarInquiry] = []
    }

    /// Looks every jar up.
    ///
    /// A jar that turns out to be what its `pom.properties` said already is not named again, though one may write `2.17` for
    /// `2.17.0`.
    ///
    /// - Throws: ``AdvisoryError``; `CancellationError`.
    /// - SeeAlso: Trivy, `removePackageDuplicates` in `pkg/dependency/parser/java/jar/parse.go`.
    package func answers(to inquiries: [JarInquiry], beside packages: [Package]) throws -> Answers {
        var known: [Place: [String]] = [:]
        for package in packages where package.kind == .jar {
            known[Place(name: package.name, path: package.evidence.path), default: []].append(package.version)
        }
        var answers = Answers()
        for inquiry in inquiries {
            guard let artifact = try artifact(inquiry) else {
                if inquiry.isBlank { answers.unknown.append(inquiry) }
                continue
            }
            let place = Place(name: artifact.name, path: inquiry.evidence.path)
            let version = Version(artifact.version, in: .maven)
            let isKnown = known[place, default: []].contains { Version($0, in: .maven) == version }
            guard !isKnown else { continue }
            known[place, default: []].append(artifact.version)
            answers.packages.append(
                Package(.jar, name: artifact.name, version: artifact.version, evidence: inquiry.evidence))
        }
        return answers
    }

    private struct Place: Hashable {
        let name: String
        let path: String
    }
}
