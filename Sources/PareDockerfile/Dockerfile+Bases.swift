// SPDX-License-Identifier: Apache-2.0

extension Dockerfile {
    /// Images that a build has to have: the bases that are neither `scratch` nor an earlier stage, each once.
    ///
    /// A base whose name comes out of an argument is left out.
    package var externalBases: [String] {
        var names: Set<String> = ["scratch"]
        var bases: [String] = []
        for stage in stages {
            if !stage.base.contains("$"), names.insert(stage.base).inserted { bases.append(stage.base) }
            if let name = stage.name { names.insert(name) }
        }
        return bases
    }
}
