// SPDX-License-Identifier: Apache-2.0
import PareModel
import Testing

@Suite struct PlatformTests {
    @Test(arguments: [
        ("linux/amd64", Platform(architecture: "amd64")),
        ("linux/arm/v7", Platform(architecture: "arm", variant: "v7")),
        ("windows/amd64", Platform(os: "windows", architecture: "amd64")),
    ])
    func readsAndWrites(_ text: String, _ platform: Platform) {
        #expect(Platform(text) == platform)
        #expect(platform.description == text)
    }

    @Test(arguments: ["", "linux", "linux/", "/amd64", "linux/arm/", "linux/arm/v7/x", "linux//v7"])
    func refuses(_ text: String) { #expect(Platform(text) == nil) }
}
