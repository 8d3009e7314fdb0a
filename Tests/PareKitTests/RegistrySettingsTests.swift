// SPDX-License-Identifier: Apache-2.0
import Foundation
import PareModel
import Testing

@testable import PareKit

@Suite struct RegistrySettingsTests {
    private static func settings(
        _ environment: [String: String], home files: [String: String] = [:], project: [String: String] = [:]
    ) throws -> RegistrySettings {
        let (home, application) = (try Folder(), try Folder())
        for (name, text) in files { try home.write(text, to: name) }
        for (name, text) in project { try application.write(text, to: name) }
        return RegistrySettings(
            environment: environment.merging(["HOME": home.path]) { $1 }, project: application.path)
    }

    @Test func variablesOfNpmBecomeLines() throws {
        let settings = try Self.settings(
            [
                "NPM_CONFIG_REGISTRY": "https://a/", "npm_config_strict_ssl": "false",
                "npm_config_//a/:_authToken": "secret",
                "npm_config_cache": "/home/x", "NPM_CONFIG_PREFIX": "/y",
            ], home: [".npmrc": "registry=https://b/"])
        #expect(
            settings.files["npmrc"]
                == "registry=https://b/\n//a/:_authToken=secret\nregistry=https://a/\nstrict-ssl=false\n")
    }

    @Test func onlyWhatIsAboutRegistriesIsPassedOn() throws {
        let settings = try Self.settings(
            [
                "HTTPS_PROXY": "http://p:1", "PIP_INDEX_URL": "https://it's/simple", "UV_CACHE_DIR": "/x",
                "AWS_SECRET": "no",
                "MY_TOKEN": "named", "OTHER_TOKEN": "no", "PIP_CONFIG_FILE": "/nowhere",
            ], project: [".npmrc": "//a/:_authToken=${MY_TOKEN}"])
        #expect(
            settings.files["environment"] == """
                export HTTPS_PROXY='http://p:1'
                export MY_TOKEN='named'
                export PIP_INDEX_URL='https://it'\\''s/simple'

                """)
    }

    @Test func secretsAreStruckOut() throws {
        let settings = try Self.settings(
            [
                "PIP_INDEX_URL": "https://user:in-address@host/simple", "MY_TOKEN": "in-variable",
                "UV_INDEX_X_PASSWORD": "in-uv", "NPM_CONFIG_REGISTRY": "https://alone@host/npm",
            ],
            home: [
                ".npmrc":
                    "//a/:_authToken = in-npmrc\n//b/:_password=\"in-quotes\"\n//c/:_authToken=${MY_TOKEN}\n",
                ".netrc": "machine a login b password in-netrc\n",
            ])
        let secrets = ["in-address", "in-variable", "in-uv", "in-npmrc", "in-quotes", "in-netrc"]
        for secret in secrets {
            #expect(settings.isTold(in: "a \(secret) b"))
            #expect(settings.redacted("a \(secret) b") == "a *** b")
        }
        #expect(settings.redacted("https://alone@host/npm") == "https://***host/npm")
        #expect(!settings.isTold(in: "https://host/simple"))
    }

    @Test func volumesOfBuildsAreFound() {
        let setup = Setup(
            environment: [
                "PARE_BUILD_OPTIONS": "--network=host --volume=/a:/b:ro -v /c:/d --volume /e:/f --pull"
            ],
            progress: .silent)
        #expect(setup.buildVolumes == ["/a:/b:ro", "/c:/d", "/e:/f"])
    }
}
