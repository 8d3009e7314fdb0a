// SPDX-License-Identifier: Apache-2.0
import PareNetwork
import Testing

@Suite struct SecretTests {
    @Test func isNotShown() {
        let credential = Credential.password(user: "me", Secret("s3cret"))
        #expect(!"\(credential)".contains("s3cret"))
        #expect(!String(reflecting: credential).contains("s3cret"))
    }
}
