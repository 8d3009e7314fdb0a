// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import PareDependencies

@Suite struct YarnLockTests {
    static let classic = """
        # yarn lockfile v1

        "@s/b@^1.0.0", "@s/b@~1.1":
          version "1.1.2"
          dependencies:
            version "^3"

        a@^1:
          version "1.0.0"
        """
    static let berry = """
        __metadata:
          version: 8

        "@s/b@npm:^1.0.0, @s/b@npm:~1.1":
          version: 1.1.2
          resolution: "@s/b@npm:1.1.2"

        "a@npm:^1":
          version: 1.0.0
        """
    static let pnpm6 = """
        lockfileVersion: '6.0'
        dependencies:
          a:
            specifier: ^1
        packages:

          /@s/b@1.1.2(react@18.0.0):
            resolution: {integrity: x}
          /a@1.0.0:
            dev: false
        """
    static let pnpm9 = """
        lockfileVersion: '9.0'
        packages:
          '@s/b@1.1.2':
            resolution: {integrity: x}
          a@1.0.0:
            engines: {node: '>=1'}
        """
    static let pnpm5 = "packages:\n  /@s/b/1.1.2:\n    dev: true\n  /a/1.0.0_peer@2:\n    dev: true\n"

    @Test(arguments: [classic, berry]) func yarn(_ text: String) {
        #expect(
            YarnLock(yarn: text).packages.map { "\($0.name) \($0.version)" } == ["@s/b 1.1.2", "a 1.0.0"])
    }

    @Test(arguments: [pnpm6, pnpm9]) func pnpm(_ text: String) {
        #expect(
            YarnLock(pnpm: text).packages.map { "\($0.name) \($0.version)" } == ["@s/b 1.1.2", "a 1.0.0"])
    }

    @Test func everyPrefixIsSurvived() {
        for text in [Self.classic, Self.berry, Self.pnpm6, Self.pnpm9, Self.pnpm5] {
            for count in 0...text.utf8.count {
                let part = String(decoding: text.utf8.prefix(count), as: UTF8.self)
                #expect(YarnLock(yarn: part).packages.count <= 3)
                #expect(YarnLock(pnpm: part).packages.count <= 2)
            }
        }
    }
}
