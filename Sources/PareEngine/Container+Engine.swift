// SPDX-License-Identifier: Apache-2.0

import Glibc

extension Engine {
    /// A container that docker or podman will run themselves.
    func engineContainer(_ name: String, for request: TrialRequest) async throws -> Container {
        guard try await exists(request.image) else { throw EngineError.noImage(request.image) }
        let seesNetworks = await seesContainersNetworks
        let port = request.askedPort
        let published = seesNetworks ? nil : port
        let route: Container.Route =
            if let published { .published(command(["port", name, "\(published)/tcp"])) } else { .namespace }
        let engine = self
        return Container(
            name: name, start: command(runArguments(name, for: request, publishing: published)), route: route,
            signal: { engine.command(["kill", "--signal", $0, name]) },
            processID: {
                guard seesNetworks else { return nil }
                let question = engine.command(["inspect", "--format", "{{.State.Pid}}", name])
                let answer = try? await question.result(within: .seconds(20))
                return answer.flatMap { Int32($0.line) }.flatMap { $0 > 0 ? $0 : nil }
            },
            startFailure: { Self.engineFailure($0, $1) })
    }

    /// Whether containers' processes are this host's, and this process may enter their networks.
    ///
    /// A daemon may be on another machine, or in a virtual one, as with Docker Desktop.
    private var seesContainersNetworks: Bool {
        get async {
            guard host.isRoot else { return false }
            guard kind == .docker else { return true }
            let answer = try? await command(["info", "--format", "{{.Name}}"]).result(within: .seconds(20))
            var name = [CChar](repeating: 0, count: 256)
            guard gethostname(&name, name.count - 1) == 0 else { return false }
            return answer?.line
                == String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
    }

    /// A port is published on a free one of 127.0.0.1; without one there is no network.
    func runArguments(_ name: String, for request: TrialRequest, publishing port: Int?) -> [String] {
        let dropped = request.dropsCapabilities ? ["ALL"] : ["AUDIT_WRITE", "MKNOD", "NET_RAW"]
        let isolation =
            ["--security-opt", "no-new-privileges"] + dropped.flatMap { ["--cap-drop", $0] }
            + ["--pids-limit", "\(RuntimeBundle.processLimit)"] + fileSystem(for: request)
        let limits =
            kind == .podman && host.isRoot
            ? host.hardLimits.map { limits -> [String] in
                let files = "\(min(limits.openFiles, 1_048_576))"
                // podman lowers its own limit of processes to this, and may not raise it again either.
                let processes = "\(min(limits.processes, 32_768))"
                return [
                    "--ulimit", "nofile=\(files):\(files)", "--ulimit", "nproc=\(processes):\(processes)",
                ]
            } ?? [] : []
        let network = port.map { ["--publish", "127.0.0.1::\($0)"] } ?? ["--network", "none"]
        let variables = request.environment.flatMap { ["--env", $0] }
        let start = [
            "run", "--name", name, "--hostname", RuntimeBundle.hostname, "--pull=never", "--sig-proxy=false",
        ]
        return start + isolation + limits + network + variables + [request.image] + (request.command ?? [])
    }

    private func fileSystem(for request: TrialRequest) -> [String] {
        // podman makes /tmp, /var/tmp and /run writable unless told not to.
        let readOnly = kind == .podman ? ["--read-only", "--read-only-tmpfs=false"] : ["--read-only"]
        let options = RuntimeBundle.tmpOptions.joined(separator: ",")
        return (request.isReadOnlyRoot ? readOnly : [])
            + (request.hasOwnTmp ? ["--tmpfs", "/tmp:\(options)"] : [])
    }

    /// What docker and podman say when they cannot start a container: exit codes 125, 126 and 127 are theirs,
    /// but an application may use them too.
    static func engineFailure(_ end: CommandEnd, _ errors: Tail) -> String? {
        let lines = errors.text.lines
        let marks = [
            "Error response from daemon: ", "unable to start container process: ", "OCI runtime error: ",
        ]
        if (125...127).contains(end.code),
            let line = lines.last(where: { $0.hasPrefix("docker: ") || $0.hasPrefix("Error: ") })
        {
            let start = marks.compactMap { line.firstRange(of: $0)?.upperBound }.max()
            return String(line[(start ?? line.firstRange(of: ": ")?.upperBound ?? line.startIndex)...])
        }
        return runtimeFailure(end, errors, wasStarted: true)
    }
}
