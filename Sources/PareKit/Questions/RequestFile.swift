// SPDX-License-Identifier: Apache-2.0
import PareModel

/// A file of HTTP requests as editors keep them (`.http`, `.rest`): `###` between requests, each of them a request line,
/// header lines, an empty line, and a body.
///
/// `@name = value` defines a variable and `{{name}}` stands for it.  Of an address only the path counts, since it is the
/// container that is asked.
///
/// - SeeAlso: The format's description by JetBrains, "HTTP request in editor specification".
struct RequestFile {
    private(set) var questions = QuestionList()
    private let file: String
    private var variables = RequestVariables()

    /// What the container is asked; other words are of other protocols.
    private static let methods: Set<Substring> = [
        "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE",
    ]

    /// A line with its number, from 1.
    typealias Line = (number: Int, text: Substring)

    init(_ text: String, named file: String) throws(VerbError) {
        self.file = file
        var name: String?
        var block: [Line] = []
        for (index, line) in lines(of: text).enumerated() {
            guard line.hasPrefix("###") else {
                block.append((index + 1, line))
                continue
            }
            try read(block, name: name)
            let given = line.drop { $0 == "#" }.trimmed
            name = given.isEmpty ? nil : given.spoken
            block = []
        }
        try read(block, name: name)
    }

    private func error(_ line: Int, _ reason: String) -> VerbError {
        .badQuestions(file: file, line: line, reason: reason)
    }

    /// A text with its variables filled in.
    private func filled(_ text: some StringProtocol, _ line: Line) throws(VerbError) -> String {
        switch variables.filled(text) {
        case .success(let text): return text
        case .failure(let problem): throw error(line.number, problem.reason)
        }
    }

    /// Reads one request; a block of comments and variables alone is none.
    private mutating func read(_ lines: [Line], name: String?) throws(VerbError) {
        var rest = lines[...]
        var name = name
        while let line = rest.first, line.text.isBlank || line.text.isComment || line.text.hasPrefix("@") {
            if let given = line.text.requestName { name = given.spoken }
            if line.text.hasPrefix("@") { try define(line) }
            rest.removeFirst()
        }
        guard let first = rest.popFirst() else { return }
        if first.text.hasPrefix("<") { throw error(first.number, "scripts before a request are not run") }
        let (method, start) = try requestLine(first)
        var target = start
        while let line = rest.first, let more = line.text.queryPart {
            target += try filled(more, line)
            rest.removeFirst()
        }
        let fields = try headers(&rest)
        let types = fields.filter { $0.name.lowercased() == "content-type" }
        let body = try body(
            rest, isForm: types.first?.value.hasPrefix("application/x-www-form-urlencoded") == true)
        questions.questions.append(
            Question(
                method: String(method), path: target, contentType: types.first?.value, body: body,
                headers: fields.filter { $0.name.lowercased() != "content-type" }, name: name))
    }

    private mutating func define(_ line: Line) throws(VerbError) {
        let parts = line.text.dropFirst().split(separator: "=", maxSplits: 1)
        guard parts.count == 2, let name = parts.first?.trimmed, !name.isEmpty else {
            throw error(line.number, "a variable is '@name = value'")
        }
        let value = try filled(parts[1].trimmed, line)
        variables.define(String(name), value)
    }

    /// `GET /path HTTP/1.1`, `GET http://localhost:8080/path`, `/path`.
    private mutating func requestLine(_ line: Line) throws(VerbError) -> (method: Substring, path: String) {
        var target = line.text.trimmed[...]
        if let last = target.split(separator: " ").last, last.hasPrefix("HTTP/") {
            target = target.dropLast(last.count).trimmed[...]
        }
        var method: Substring = "GET"
        let first = target.prefix { $0 != " " }
        if first.count < target.count || first.allSatisfy(\.isLetter) {
            method = first
            target = target.dropFirst(first.count).trimmed[...]
        }
        guard method.allSatisfy({ $0.isASCII && $0.isUppercase }) else {
            throw error(line.number, "'\(String(line.text).spoken)' is not the first line of a request")
        }
        guard Self.methods.contains(method) else {
            throw error(
                line.number,
                "'\(method)' is not asked; one of \(Self.methods.sorted().joined(separator: ", ")) is")
        }
        guard !target.isEmpty else { throw error(line.number, "an address is missing") }
        // What stands for the server may be defined in a file of the editor's.
        let hasServer =
            target.hasPrefix("{{") && target.contains("}}") && !variables.isDefined(atStartOf: target)
        let path = hasServer ? target.droppingVariable : target
        let address = RequestTarget(try filled(path, line), isPath: hasServer)
        guard address?.path.contains(" ") != true else {
            throw error(line.number, "an address cannot hold a space")
        }
        guard let address else { throw error(line.number, "'\(String(target).spoken)' has no path") }
        if let host = address.foreignHost {
            questions.notes.append(
                Diagnostic(
                    .note, "'\(host)' is left out: it is the container that is asked",
                    at: "\(file):\(line.number)"))
        }
        return (method, address.path)
    }

    /// Reads the lines up to the empty one, which is taken as well.
    private mutating func headers(_ rest: inout ArraySlice<Line>) throws(VerbError) -> [HeaderField] {
        var fields: [HeaderField] = []
        while let line = rest.popFirst(), !line.text.isBlank {
            if line.text.isComment { continue }
            guard let colon = line.text.firstIndex(of: ":") else {
                throw error(
                    line.number, "'\(String(line.text).spoken)' is not a header line, which is 'Name: value'")
            }
            let value = try filled(line.text[line.text.index(after: colon)...].trimmed, line)
            let field = HeaderField(String(line.text[..<colon].trimmed), value)
            guard field.isWellFormed else {
                throw error(line.number, "header '\(field.name.spoken)' holds characters that cannot be sent")
            }
            guard fields.count < 100 else {
                throw error(line.number, "a request has more than 100 header lines")
            }
            switch field.standing {
            case .free: fields.append(field)
            case .ofConnection:
                questions.notes.append(
                    Diagnostic(
                        .note, "header '\(field.name)' is left out: pare sets it",
                        at: "\(file):\(line.number)"))
            case .barred:
                throw error(
                    line.number, "header '\(field.name)' cannot be sent: it changes the exchange itself")
            }
        }
        return fields
    }

    /// The rest of a block, without what editors do with the answer.
    private func body(_ rest: ArraySlice<Line>, isForm: Bool) throws(VerbError) -> String? {
        var kept: [String] = []
        var isScript = false
        for line in rest {
            if isScript || line.text.hasPrefix("> {%") {
                isScript = !line.text.contains("%}")
                continue
            }
            if line.text.hasPrefix("<> ") || line.text.isScriptFile { continue }
            if kept.allSatisfy(\.isEmpty), line.text.hasPrefix("< ") || line.text.hasPrefix("<@") {
                throw error(line.number, "a body from another file is not read; write it here")
            }
            kept.append(try filled(line.text, line))
        }
        while kept.last?.isBlank == true { kept.removeLast() }
        guard !kept.isEmpty else { return nil }
        let body = isForm ? kept.map(\.trimmed).joined() : kept.joined(separator: "\n")
        guard body.utf8.count <= 1 << 20 else {
            throw error(rest.first?.number ?? 1, "a body is longer than 1 MiB")
        }
        return body
    }
}

extension StringProtocol where SubSequence == Substring {
    fileprivate var isBlank: Bool { allSatisfy(\.isWhitespace) }
    fileprivate var isComment: Bool { hasPrefix("#") || hasPrefix("//") }

    /// `name` of `# @name name`.
    fileprivate var requestName: String? {
        let text = drop { $0 == "#" || $0 == "/" }.trimmed
        guard isComment, text.hasPrefix("@name") else { return nil }
        let name = text.dropFirst(5).trimmed
        return name.isEmpty ? nil : name
    }

    /// `&b=2` of a line that goes on with an address.
    fileprivate var queryPart: String? {
        let text = trimmed
        return text.hasPrefix("?") || text.hasPrefix("&") ? text : nil
    }

    fileprivate var isScriptFile: Bool {
        (hasPrefix("> ") || hasPrefix(">> ") || hasPrefix(">>! ")) && hasSuffix(".js")
    }
}

extension Substring {
    /// `/path` of `{{server}}/path`.
    fileprivate var droppingVariable: Substring {
        let rest = drop { $0 != "}" }
        return rest.hasPrefix("}}") ? rest.dropFirst(2) : self
    }
}

extension String {
    /// Short, and fit for a terminal.
    fileprivate var spoken: String {
        let plain = unicodeScalars.filter { $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) }
        let text = String(String.UnicodeScalarView(plain))
        return text.count > 60 ? text.prefix(60) + "…" : text
    }
}
