// SPDX-License-Identifier: Apache-2.0
import PareAdvisories
import PareBytes
import PareInventory
import PareModel

extension Inventory {
    /// Looks jars up that do not say which artifact they are, in the Java index that is at hand.
    ///
    /// `database` is what `--db-path` says; `leavesMark` says whether it is put down that an index was missed, so that the next
    /// update fetches it.
    ///
    /// - Throws: ``AdvisoryError`` for an index that is there and cannot be used; ``VerbError/unnamedJars(target:count:)``
    ///   where the image has nothing but jars that are missing their index.
    func namingJars(
        of target: String, by database: String?, leavesMark: Bool, in setup: Setup
    ) async throws -> Inventory {
        let (inquiries, packages) = (inquiries, packages)
        guard !inquiries.isEmpty else { return self }
        guard let folder = try JavaIndex.place(database, environment: setup.environment) else {
            let blank = inquiries.filter(\.isBlank)
            guard !blank.isEmpty else { return self }
            if leavesMark { setup.markJavaIndexAsMissed() }
            guard recognised else { throw VerbError.unnamedJars(target: target, count: blank.count) }
            return answered(
                by: [],
                blank.map { Diagnostic(.note, "no pom.properties: not identified", at: $0.evidence.path) } + [
                    Diagnostic(
                        .note, "'pare db update --java' once fetches an index that such jars are looked up in"
                    )
                ])
        }
        let answers = try await onOwnThread { _ in
            try JavaIndex(in: folder).answers(to: inquiries, beside: packages)
        }
        return answered(
            by: answers.packages,
            answers.unknown.map { inquiry in
                Diagnostic(
                    .note, "no pom.properties, and not in the Java index: not identified",
                    at: inquiry.evidence.path)
            })
    }
}
