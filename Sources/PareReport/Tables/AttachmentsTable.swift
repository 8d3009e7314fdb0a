// SPDX-License-Identifier: Apache-2.0
package import PareModel

/// What is attached to an image, for a person.
package func attachmentsTable(_ list: AttachmentList, style: TableStyle) -> String {
    guard !list.attachments.isEmpty else { return "nothing is attached to \(list.image)\n" }
    var table = TextTable([
        TextTable.Column(title: "TYPE", least: 20), TextTable.Column(title: "SIZE", isNumber: true),
        TextTable.Column(title: "CREATED", needs: 90), TextTable.Column(title: "DIGEST"),
        TextTable.Column(title: "FILES", least: 12, needs: 72),
    ])
    for attachment in list.attachments {
        let names = attachment.files.compactMap(\.name)
        let files = attachment.files.count == 1 && names.count == 1 ? names[0] : "\(attachment.files.count)"
        table.add([
            Cell(attachment.type.isEmpty ? "unknown" : attachment.type, .bold), Cell("\(attachment.size)"),
            Cell(attachment.created ?? "", .dim), Cell(attachment.digest.short), Cell(files, .dim),
        ])
    }
    return table.lines(style).joined(separator: "\n") + "\n"
}
