// SPDX-License-Identifier: Apache-2.0
import PareBytes
package import PareModel

/// What is attached to an image, as JSON, for machines.
///
/// `docs/push.md` describes each member.  What is not known is absent.
package func attachmentsJSON(_ list: AttachmentList) -> String {
    JSONValue.record([
        ("schemaVersion", .integer(1)),
        ("kind", .string("attachments")),
        ("image", .string(list.image)),
        ("digest", .string(list.digest.description)),
        ("attachments", .array(list.attachments.map(\.json))),
    ]).document
}

extension ImageAttachment {
    fileprivate var json: JSONValue {
        .record([
            ("digest", .string(digest.description)), ("type", .string(type)),
            ("created", created.map(JSONValue.string)), ("subject", .string(subject.description)),
            ("sizeBytes", .number("\(size.bytes)")),
            (
                "files",
                .array(
                    files.map { file in
                        .record([
                            ("name", file.name.map(JSONValue.string)), ("mediaType", .string(file.mediaType)),
                            ("digest", .string(file.digest.description)),
                            ("sizeBytes", .number("\(file.size.bytes)")),
                        ])
                    })
            ),
        ])
    }
}
