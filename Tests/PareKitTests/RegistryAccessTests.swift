// SPDX-License-Identifier: Apache-2.0
import PareNetwork
import Testing

@testable import PareKit

@Suite struct RegistryAccessTests {
    @Test func tokensEndWhereTheirLineDoes() throws {
        var access = RegistryAccess()
        for (text, expected) in [("s3cret\n", "s3cret"), ("s3cret\r\n", "s3cret"), ("s3cret", "s3cret")] {
            access.token = text
            guard case .registryToken(let secret) = try access.credentials().first else {
                Issue.record("no token")
                continue
            }
            #expect(secret.text == expected)
        }
    }
}
