// SPDX-License-Identifier: Apache-2.0

import PareModel
import Testing

@testable import PareDockerfile

/// Kinds of applications: how they are told apart, and what is refused, with the reason.
@Suite struct KindTests {
    private static let facts = ApplicationFacts(
        packageJSON: nil, tsconfig: nil, files: ["app.py", "main.go", "requirements.txt"],
        requirements: "# pinned\nMy.Tool==1 ; python_version > '3'\n-r more.txt\nFlask [async] >= 2\n\n")

    private static func rewritten(_ lines: [String], by name: String = "distill") throws -> Rewrite {
        let dockerfile = try Dockerfile(parsing: lines.joined(separator: "\n"))
        let result = rewrite(dockerfile, for: facts, recipe: try #require(Recipe.named(name)), on: today)
        expectAccounted(dockerfile, result, name)
        return result
    }

    @Test func hasARecordForEachKind() {
        #expect(Kind.all.map(\.id) == ApplicationKind.allCases)
        for kind in ApplicationKind.allCases {
            #expect(Recipe.all.contains { $0.kinds.contains(kind) && $0.steps.isEmpty }, "\(kind)")
        }
    }

    @Test(arguments: [
        ("FROM node:20", "CMD [\"node\", \"a.js\"]", ApplicationKind.node),
        ("FROM registry.corp:5000/mirror/python:3.11-slim", "CMD python app.py", .python),
        (
            "FROM debian:12\nRUN apt-get update && apt-get install -y python3", "CMD [\"python3\", \"a.py\"]",
            .python
        ),
        ("FROM debian:12\nRUN apt-get install -y nginx", "CMD [\"nginx\", \"-g\", \"daemon off;\"]", .nginx),
        ("FROM nginx", "EXPOSE 80", .nginx),
        ("FROM golang:1.24-bookworm", "CMD [\"/app\"]", .program),
        ("FROM rust", "CMD [\"/app\"]", .program),
        ("FROM ubuntu:24.04", "CMD [\"/app\"]", .program),
        // Python is there, but it is not what is started.
        ("FROM debian:12\nRUN apt-get install -y python3", "CMD [\"/app\"]", .program),
    ])
    func tellsKinds(_ beginning: String, _ end: String, _ kind: ApplicationKind) throws {
        let dockerfile = try Dockerfile(parsing: beginning + "\n" + end)
        #expect(try Kind(of: Target(of: dockerfile)).id == kind)
        #expect(
            Recipe.fitting(dockerfile).map(\.name)
                == Recipe.all.filter { $0.kinds.contains(kind) }.map(\.name))
    }

    /// Last lines of a Dockerfile on a base, and what must be said of them.
    @Test(arguments: [
        ("python:3.11-alpine", ["CMD [\"python\", \"app.py\"]"], "is Alpine"),
        ("python:3.11", ["CMD [\"/start.sh\"]"], "'/start.sh' needs a shell"),
        ("python:3.11", ["CMD gunicorn -b 0.0.0.0:$PORT app:app"], "needs one"),
        ("python:3.11", ["CMD [\"sh\", \"-c\", \"alembic upgrade head && gunicorn app\"]"], "needs one"),
        ("python:3.11", ["CMD [\"poetry\", \"run\", \"serve\"]"], "only it knows"),
        ("python:3.11", ["CMD [\"python\"]"], "given no program"),
        ("python:3.11", ["CMD [\"python\", \"-i\"]"], "given no program"),
        ("python:3.11", ["CMD [\"uwsgi\", \"--http\", \":80\"]"], "not known as a program of Python"),
        ("python:3.11", ["EXPOSE 80"], "neither CMD nor ENTRYPOINT"),
        ("python:3.11", ["RUN pip install --user flask", "CMD [\"flask\", \"run\"]"], "root's home"),
        (
            "python:3.11", ["COPY --from=b /root/.local /root/.local", "CMD [\"flask\", \"run\"]"],
            "root's home"
        ),
        ("nginx:1.27-alpine", ["COPY . /srv"], "is Alpine"),
        ("nginx:1.27", ["COPY a.template /etc/nginx/templates/"], "fills in templates"),
        ("nginx:1.27", ["ENV NGINX_ENTRYPOINT_WORKER_PROCESSES_AUTOTUNE=1"], "fills in templates"),
        ("nginx:1.27", ["COPY 99.sh /docker-entrypoint.d/"], "run at each start"),
        ("nginx:1.27", ["CMD [\"nginx-prometheus-exporter\"]"], "is not nginx"),
        ("nginx:1.27", ["CMD service nginx start && tail -f /var/log/nginx/access.log"], "needs one"),
        ("golang:1.24", ["CMD [\"go\", \"run\", \".\"]"], "compiles at each start"),
        ("golang:1.24", ["CMD [\"service\"]"], "does not show where 'service' comes from"),
        ("debian:12", ["RUN apt-get install -y redis", "CMD [\"redis-server\"]"], "does not show where"),
        ("debian:12", ["CMD [\"/usr/bin/redis-server\"]"], "is a program of the system"),
        (
            "debian:12", ["RUN apt-get install -y nginx", "CMD service nginx start"],
            "does not show where 'service'"
        ),
        ("ubuntu", ["WORKDIR $WHERE", "CMD [\"./app\"]"], "a folder that is not known"),
        ("scratch", ["COPY app /app", "CMD [\"/app\"]"], "not of Node.js, Python"),
        ("bitnami/python:3.11", ["CMD [\"python\", \"app.py\"]"], "not of Node.js, Python"),
        ("$BASE", ["CMD [\"python\", \"app.py\"]"], "hangs on a variable"),
    ])
    func refuses(_ base: String, _ lines: [String], _ reason: String) throws {
        let result = try Self.rewritten(["FROM \(base)", "COPY . /srv/app"] + lines)
        #expect(result.edits.isEmpty)
        #expect(result.diagnostics.contains { $0.message.contains(reason) }, "\(result.diagnostics)")
    }

    @Test(arguments: [
        ("node", "FROM node:20\nWORKDIR /a\nCOPY . .\nCMD [\"node\", \"a.js\"]", "distill+compiled+static"),
        (
            "python", "FROM python:3.11\nWORKDIR /a\nCOPY . .\nCMD [\"python\", \"a.py\"]",
            "distill+compiled+node24"
        ),
        ("nginx", "FROM nginx\nCOPY . /srv", "chainguard"),
        ("program", "FROM golang:1\nCOPY a /a\nCMD [\"/a\"]", "distill+compiled+lean"),
    ])
    func refusesRecipesOfOthers(_ kind: String, _ text: String, _ recipe: String) throws {
        let result = try Self.rewritten([text], by: recipe)
        #expect(result.edits.isEmpty)
        #expect(result.diagnostics.contains { $0.message.contains("'\(recipe)' is not made for") }, "\(kind)")
    }

    /// What starts, as the one `ENTRYPOINT` and `CMD` of the new file.
    @Test(arguments: [
        (
            "python:3.11", ["CMD flask run --port 80"],
            #"["/usr/local/bin/python3", "/usr/local/bin/flask", "run", "--port", "80"]"#
        ),
        ("python:3.11", ["CMD [\"my.tool\"]"], #"["/usr/local/bin/python3", "/usr/local/bin/my.tool"]"#),
        (
            "python:3.11", ["CMD [\"python3.11\", \"-u\", \"app.py\"]"],
            #"["/usr/local/bin/python3", "-u", "app.py"]"#
        ),
        (
            "python:3.11", ["CMD [\"/opt/env/bin/gunicorn\", \"app\"]"],
            #"["/opt/env/bin/python", "/opt/env/bin/gunicorn", "app"]"#
        ),
        (
            "python:3.11", ["ENV PATH=/opt/env/bin:$PATH", "CMD [\"python\", \"app.py\"]"],
            #"["/opt/env/bin/python", "app.py"]"#
        ),
        (
            "python:3.11", ["CMD [\"./app.py\", \"--all\"]"],
            #"["/usr/local/bin/python3", "./app.py", "--all"]"#
        ),
        (
            "python:3.11", ["ENTRYPOINT [\"python\"]", "CMD [\"app.py\"]"],
            "[\"/usr/local/bin/python3\"]\nCMD [\"app.py\"]"
        ),
        ("golang:1", ["RUN go build -o bin/ ./cmd/tool", "CMD [\"./bin/tool\"]"], #"["/srv/app/bin/tool"]"#),
        ("golang:1", ["RUN go install example.com/x/tool@v1", "CMD [\"tool\"]"], #"["/go/bin/tool"]"#),
        (
            "rust:1", ["RUN cargo install --path tool", "CMD [\"tool\", \"-v\"]"],
            #"["/usr/local/cargo/bin/tool", "-v"]"#
        ),
        ("debian", ["COPY tool /usr/local/bin/", "CMD exec tool"], #"["/usr/local/bin/tool"]"#),
        (
            "nginx", ["CMD [\"nginx-debug\", \"-g\", \"daemon off;\"]"],
            #"["/usr/sbin/nginx-debug", "-g", "daemon off;"]"#
        ),
    ])
    func starts(_ base: String, _ lines: [String], _ words: String) throws {
        let result = try Self.rewritten(["FROM \(base)", "WORKDIR /srv/app", "COPY . ."] + lines)
        #expect(result.text.hasSuffix("ENTRYPOINT \(words)\n"), "\(result.diagnostics) \(result.text)")
    }

    @Test func readsRequirements() {
        #expect(Self.facts.pythonPackages == ["my.tool", "flask"])
    }
}
