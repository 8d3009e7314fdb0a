// SPDX-License-Identifier: Apache-2.0
import CSQLite
import PareBytes

/// A data base of SQLite's that is read and never written, and that need not be what it says it is.
///
/// Every question is bounded in steps of SQLite's machine, and all of them together; the same data take the same steps on every
/// computer.  It is used by one thread at a time.
///
/// - SeeAlso: sqlite.org, "Defense Against The Dark Arts" and "Uniform Resource Identifiers", `immutable`.
final class SQLiteFile {
    private let path: String
    private let handle: OpaquePointer
    private let budget: Budget

    /// Steps that are left, counted by the thousand.
    private final class Budget {
        var all: Int
        var question = 0
        let interruption = Interruption.current

        init(_ all: Int) { self.all = all }

        /// Whether it is time to stop.
        func take() -> Bool {
            all -= 1
            question -= 1
            return all < 0 || question < 0 || interruption?.isSet == true
        }
    }

    /// Opens a regular file.  What is in it shows when it is asked.
    ///
    /// - Parameters:
    ///   - path: Of the file.
    ///   - steps: In thousands, for everything that is asked.
    /// - Throws: ``AdvisoryError``.
    init(_ path: String, steps: Int = 400_000) throws(AdvisoryError) {
        do {
            _ = try MappedFile(path)
        } catch {
            throw .indexUnreadable(file: path, reason: error.problem)
        }
        var handle: OpaquePointer?
        let code = pare_sqlite_open(Self.address(of: path), &handle)
        guard code == SQLITE_OK, let handle else {
            sqlite3_close_v2(handle)
            throw Self.error(code, path)
        }
        self.path = path
        self.handle = handle
        budget = Budget(steps)
        sqlite3_progress_handler(
            handle, 1000,
            { context in
                guard let context else { return 1 }
                return Unmanaged<Budget>.fromOpaque(context).takeUnretainedValue().take() ? 1 : 0
            }, Unmanaged.passUnretained(budget).toOpaque())
    }

    deinit { sqlite3_close_v2(handle) }

    /// No other program writes to it as far as SQLite is concerned, so it looks for no journal and makes no lock.
    private static func address(of path: String) -> String {
        let digits = Array("0123456789ABCDEF".unicodeScalars)
        var address = path.hasPrefix("/") ? "file://" : "file:"
        for byte in path.utf8 {
            let scalar = Unicode.Scalar(byte)
            switch scalar {
            case "a"..."z", "A"..."Z", "0"..."9", ".", "_", "-", "/": address.unicodeScalars.append(scalar)
            default: address.unicodeScalars += ["%", digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return address + "?immutable=1"
    }

    /// A value that a question is asked with.
    enum Value: Hashable {
        case text(String)
        case bytes([UInt8])
    }

    /// A row of an answer.
    struct Row {
        fileprivate let statement: OpaquePointer

        /// `nil` for anything but a text.
        func text(_ column: Int32) -> String? {
            guard sqlite3_column_type(statement, column) == SQLITE_TEXT,
                let bytes = sqlite3_column_text(statement, column)
            else { return nil }
            let count = Int(sqlite3_column_bytes(statement, column))
            return String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
        }

        /// `nil` for anything but a whole number.
        func integer(_ column: Int32) -> Int? {
            guard sqlite3_column_type(statement, column) == SQLITE_INTEGER else { return nil }
            return Int(sqlite3_column_int64(statement, column))
        }
    }

    /// Asks, and reads each row of the answer.  `steps` are in thousands, at most.
    ///
    /// - Throws: ``AdvisoryError`` where the file does not hold what is asked for, is damaged, or the answer takes too long;
    ///   `CancellationError` where nobody waits for it any more.
    func rows<Value>(
        _ question: String, _ values: [SQLiteFile.Value] = [], steps: Int = 20_000, _ read: (Row) -> Value
    ) throws -> [Value] {
        budget.question = steps
        var statement: OpaquePointer?
        let code = sqlite3_prepare_v2(handle, question, -1, &statement, nil)
        defer { sqlite3_finalize(statement) }
        guard code == SQLITE_OK, let statement else { throw failure(code) }
        for (index, value) in values.enumerated() { try bind(value, at: Int32(index + 1), of: statement) }
        var rows: [Value] = []
        while true {
            let code = sqlite3_step(statement)
            guard code == SQLITE_ROW else {
                guard code == SQLITE_DONE else { throw failure(code) }
                return rows
            }
            rows.append(read(Row(statement: statement)))
        }
    }

    private func bind(_ value: Value, at index: Int32, of statement: OpaquePointer) throws {
        // SQLite makes a copy of what it is given.
        let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        let code =
            switch value {
            case .text(let text):
                sqlite3_bind_text(statement, index, text, Int32(clamping: text.utf8.count), copied)
            case .bytes(let bytes):
                sqlite3_bind_blob(statement, index, bytes, Int32(clamping: bytes.count), copied)
            }
        guard code == SQLITE_OK else { throw failure(code) }
    }

    private func failure(_ code: Int32) -> any Error {
        if budget.interruption?.isSet == true { return CancellationError() }
        return Self.error(code, path)
    }

    /// In words of our own: SQLite's may hold names that the file's maker has chosen.
    private static func error(_ code: Int32, _ path: String) -> AdvisoryError {
        switch code & 0xFF {
        case SQLITE_NOTADB: .badIndex(file: path, reason: "it is not an SQLite file")
        case SQLITE_CORRUPT, SQLITE_IOERR, SQLITE_FORMAT:
            .badIndex(file: path, reason: "it is damaged or not whole")
        case SQLITE_INTERRUPT: .badIndex(file: path, reason: "it makes look-ups take too long")
        case SQLITE_NOMEM, SQLITE_TOOBIG, SQLITE_FULL:
            .badIndex(file: path, reason: "it has more in one place than an index does")
        case SQLITE_CANTOPEN, SQLITE_PERM, SQLITE_AUTH:
            .indexUnreadable(file: path, reason: String(cString: sqlite3_errstr(code)))
        default: .badIndex(file: path, reason: "its tables are not those of a Java index")
        }
    }
}
