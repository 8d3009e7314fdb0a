// SPDX-License-Identifier: Apache-2.0

import NIOHTTP1
import PareModel

extension HTTPHeaders {
    /// The fields that a client acts upon, by name; those that tell of the server or of the moment (`Date`, `ETag`,
    /// `Server`) are left out, and so is `Content-Type`, which an answer has of its own.
    ///
    /// Of a cookie the name and the attributes stay: the value is a secret, and new for each client.
    var actedUpon: [HeaderField] {
        var fields: [HeaderField] = []
        for (name, value) in self {
            let name = name.lowercased()
            guard Self.names.contains(name) || name.hasPrefix("access-control-") else { continue }
            fields.append(HeaderField(name, name == "set-cookie" ? Self.withoutValue(value) : value))
        }
        return fields.enumerated().sorted { left, right in
            // Cookies have no order; other fields of one name have.
            let isByValue = left.element.name == "set-cookie" && right.element.name == "set-cookie"
            return (left.element.name, isByValue ? left.element.value : "", left.offset)
                < (right.element.name, isByValue ? right.element.value : "", right.offset)
        }.map(\.element)
    }

    private static let names: Set<String> = [
        "allow", "cache-control", "content-disposition", "content-encoding", "content-language", "location",
        "set-cookie", "www-authenticate",
    ]

    /// `sid; Path=/; HttpOnly; Expires` for `sid=x; Path=/; HttpOnly; Expires=Thu, 01 Jan 2026 00:00:00 GMT`.
    private static func withoutValue(_ cookie: String) -> String {
        cookie.split(separator: ";").enumerated().map { index, part in
            let part = part.drop { $0 == " " }
            let isHidden = index == 0 || part.lowercased().hasPrefix("expires=")
            return String(isHidden ? part.prefix { $0 != "=" } : part)
        }.joined(separator: "; ")
    }
}
