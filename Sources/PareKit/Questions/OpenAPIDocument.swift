// SPDX-License-Identifier: Apache-2.0
import PareBytes
import PareModel

/// What an OpenAPI document has to ask: each GET that needs no parameter.
///
/// - SeeAlso: OpenAPI Specification 3.1.1, sections 4.8.5 (servers), 4.8.9 (path items), 4.8.12 (parameters);
///   Swagger 2.0, `basePath`.
struct OpenAPIDocument {
    private(set) var questions = QuestionList()
    private let file: String
    private let root: JSONValue

    init(_ text: String, named file: String) throws(VerbError) {
        self.file = file
        root = try Self.value(of: text, named: file)
        let version = root["openapi"]?.scalarText ?? root["swagger"]?.scalarText ?? ""
        guard version.hasPrefix("3.") || version.hasPrefix("2.") else {
            throw Self.error(
                file,
                version.isEmpty
                    ? "it names no version ('openapi: 3.1.0')" : "its version '\(version)' is not known")
        }
        guard let paths = root["paths"]?.members else { throw Self.error(file, "it has no 'paths'") }
        try read(paths)
    }

    private static func error(_ file: String, line: Int? = nil, _ reason: String) -> VerbError {
        .badQuestions(file: file, line: line, reason: reason)
    }

    private static func value(of text: String, named file: String) throws(VerbError) -> JSONValue {
        if text.utf8.first(where: { $0 > 0x20 && $0 < 0x80 }) == UInt8(ascii: "{") {
            let bytes = Array(text.utf8)
            let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
            do throws(JSONValue.Malformed) {
                return try JSONValue(bytes[start...])
            } catch {
                let line = bytes[start...].prefix(error.offset).count { $0 == UInt8(ascii: "\n") } + 1
                throw Self.error(file, line: line, "it is not JSON")
            }
        }
        do throws(YAMLError) {
            return try JSONValue(yaml: text)
        } catch {
            throw Self.error(file, line: error.line, "\(error.reason); JSON is read as well")
        }
    }

    private mutating func read(_ paths: [JSONValue.Member]) throws(VerbError) {
        let base = try prefix(of: root) ?? ""
        var leftOut: [String] = []
        for member in paths where member.name.hasPrefix("/") {
            let path = member.name
            let item = resolved(member.value) ?? member.value
            guard let operation = item["get"], operation.members != nil else { continue }
            guard !path.contains("{"), !needsParameter(operation, in: item) else {
                leftOut.append(path)
                continue
            }
            let own = try prefix(of: operation)
            let shared = try prefix(of: item)
            let start = own ?? shared ?? base
            let question = Question(path: start + path)
            if !questions.questions.contains(question) { questions.questions.append(question) }
        }
        guard !leftOut.isEmpty else { return }
        let all = questions.questions.count + leftOut.count
        let names = leftOut.prefix(5).joined(separator: ", ") + (leftOut.count > 5 ? ", …" : "")
        questions.notes.append(
            Diagnostic(
                .note,
                "\(questions.questions.count) of \(all) GETs are asked; the others need parameters: \(names)",
                at: file))
    }

    private func needsParameter(_ operation: JSONValue, in item: JSONValue) -> Bool {
        var required: [String: Bool] = [:]
        for given in (item["parameters"]?.elements ?? []) + (operation["parameters"]?.elements ?? []) {
            // One that cannot be looked up may be required.
            guard let parameter = resolved(given) else { return true }
            let key = (parameter["in"]?.text ?? "") + " " + (parameter["name"]?.text ?? "")
            required[key] = parameter["required"]?.isTrue == true || parameter["in"]?.text == "path"
        }
        return required.values.contains(true)
            || operation["requestBody"].map { resolved($0)?["required"]?.isTrue == true } == true
    }

    /// The value itself, or what its `$ref` points to in this document; `nil` where that is nowhere here.
    private func resolved(_ value: JSONValue) -> JSONValue? {
        var value = value
        for _ in 0..<10 {
            guard let reference = value["$ref"]?.text else { return value }
            guard reference.hasPrefix("#/") else { return nil }
            var target = root
            for step in reference.dropFirst(2).split(separator: "/", omittingEmptySubsequences: false) {
                guard let next = target[String(step).unescapedPointer] else { return nil }
                target = next
            }
            value = target
        }
        return nil
    }

    /// The path of the first server that a part of the document names; `nil` where it names none.
    private func prefix(of part: JSONValue) throws(VerbError) -> String? {
        if let base = part["basePath"]?.text { return base.asPrefix }
        guard let server = part["servers"]?.elements?.first, let url = server["url"]?.text else { return nil }
        var values = RequestVariables()
        for variable in server["variables"]?.members ?? [] {
            if let value = variable.value["default"]?.scalarText { values.define(variable.name, value) }
        }
        let braces = url.map { $0 == "{" ? "{{" : $0 == "}" ? "}}" : String($0) }.joined()
        guard case .success(let filled) = values.filled(braces) else {
            throw Self.error(file, "the server '\(url)' has a variable without a default")
        }
        guard let end = filled.firstIndex(of: ":"), filled[end...].hasPrefix("://") else {
            return filled.asPrefix
        }
        return String(filled[end...].dropFirst(3).drop { $0 != "/" }).asPrefix
    }
}

extension JSONValue {
    /// A text, or a number as it is written: YAML's `swagger: 2.0` is one.
    fileprivate var scalarText: String? {
        if case .number(let text) = self { text } else { text }
    }
}

extension String {
    /// What stands before each path: without a query, without a slash at its end.
    fileprivate var asPrefix: String {
        let path = prefix { $0 != "?" && $0 != "#" }
        let steps = path.split(separator: "/").filter { $0 != "." }
        return steps.map { "/" + $0 }.joined()
    }

    /// A step of a JSON Pointer in a URI.
    ///
    /// - SeeAlso: RFC 6901, sections 4 and 6.
    fileprivate var unescapedPointer: String {
        var bytes: [UInt8] = []
        var rest = Array(utf8)[...]
        while let byte = rest.popFirst() {
            let two = String(decoding: rest.prefix(2), as: UTF8.self)
            if byte == UInt8(ascii: "%"), two.utf8.count == 2, let code = UInt8(two, radix: 16) {
                bytes.append(code)
                rest = rest.dropFirst(2)
            } else if byte == UInt8(ascii: "~"),
                rest.first == UInt8(ascii: "1") || rest.first == UInt8(ascii: "0")
            {
                bytes.append(rest.first == UInt8(ascii: "1") ? UInt8(ascii: "/") : byte)
                rest = rest.dropFirst()
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
