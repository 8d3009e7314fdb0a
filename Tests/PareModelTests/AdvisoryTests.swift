// SPDX-License-Identifier: Apache-2.0
import Foundation
import PareModel
import Testing

@Suite struct AdvisoryTests {
    private static let bare = """
        {"fixedVersion":"1.2","id":"CVE-1","patchedVersions":[],"source":{"id":"debian","name":"Debian","url":"u"},\
        "status":"fixed","unaffectedVersions":[],"vendorIDs":["DSA-1"],"vulnerableVersions":[]}
        """
    private static let detail = """
        {"cvss":{"nvd":{"v3Score":9.5}},"description":"D","modified":"","published":"","references":["r"],\
        "severity":"HIGH","title":"T","vendorSeverities":{"nvd":"LOW"},"weaknesses":[]}
        """

    private static var whole: String { #"{"detail":\#(detail),"# + bare.dropFirst() }

    /// Recorded proofs hold advisories in these words.
    @Test(arguments: [bare, whole]) func staysTheSameAsJSON(text: String) throws {
        let advisory = try JSONDecoder().decode(Advisory.self, from: Data(text.utf8))
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        #expect(String(decoding: try encoder.encode(advisory), as: UTF8.self) == text)
        #expect((advisory.detail != nil) == (text != Self.bare))
    }

    @Test func differsByItsDetail() throws {
        let advisories = try [Self.bare, Self.whole, Self.whole].map {
            try JSONDecoder().decode(Advisory.self, from: Data($0.utf8))
        }
        #expect(advisories[0] != advisories[1] && advisories[1] == advisories[2])
        #expect(Set(advisories).count == 2)
        #expect(advisories[0].with(advisories[1].detail) == advisories[1])
        #expect(advisories[1].with(nil) == advisories[0])
    }
}
