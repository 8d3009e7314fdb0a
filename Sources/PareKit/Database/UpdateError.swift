// SPDX-License-Identifier: Apache-2.0
import PareModel

/// Why data were not updated, exported or imported.
enum UpdateError: Explained, Equatable {
    case noCache
    case older(Day, thanThere: Day)
    case olderThanOnBoard(Day, onBoard: Day)
    case locked(file: String, reason: String)
    /// No repository gave the data; each with why.
    case noneGave(what: String, [String])
    /// A repository's answer is not what it says it is, or not what was asked for.
    case notTheData(repository: String, reason: String)
    /// Data on board that come with the program.
    case onBoardOnly
    /// A file is not one that `pare db export` has written, or not whole.
    case badExport(file: String, reason: String)
    case olderExport(String, thanThere: String)

    var problem: String {
        switch self {
        case .noCache: "there is no place for a cache: neither XDG_CACHE_HOME nor HOME is set"
        case .older(let day, let there): "the table is of \(day), and the one in the cache of \(there)"
        case .olderThanOnBoard(let day, let onBoard):
            "the table is of \(day), and the one on board of \(onBoard), which would be used all the same"
        case .locked(let file, let reason): "cannot lock '\(file)': \(reason)"
        case .noneGave(let what, let reasons):
            "no repository gave the \(what): " + reasons.joined(separator: "; ")
        case .notTheData(let repository, let reason): "what '\(repository)' gives cannot be used: \(reason)"
        case .onBoardOnly: "there are no advisory data but the ones that come with the program"
        case .badExport(let file, let reason): "'\(file)' cannot be imported: \(reason)"
        case .olderExport(let file, let there):
            "the advisories in '\(file)' are older than the ones that are there, of \(there)"
        }
    }

    var hint: String? {
        switch self {
        case .noCache: "set XDG_CACHE_HOME to a folder of yours"
        case .older: "say '--force' if the older table is meant"
        case .olderThanOnBoard: "there is nothing to do: the newer table is in use"
        case .locked: "look whether the cache's folder is yours"
        case .noneGave:
            "try again later, or name another with '--db-repository'; the data that were there are as before"
        case .notTheData: "look who answers there; the data that were there are as before"
        case .onBoardOnly: "fetch data with 'pare db update', or name a folder of them with '--db-path'"
        case .badExport: "write it again with 'pare db export'; the data that were there are as before"
        case .olderExport: "say '--force' if the older ones are meant"
        }
    }
}
