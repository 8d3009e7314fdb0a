// SPDX-License-Identifier: Apache-2.0
import PareDockerfile
import PareModel

extension DependencyPatch {
    /// The changes as `patch -p1` and `git apply` take them, with a line for each step before them.
    var unified: String {
        var text =
            "\(FixOutput.mark): changes to dependencies.  Apply them with 'patch -p1', or 'git apply'.\n"
        for step in steps {
            text += "# \(step.package) \(step.from) -> \(step.to): \(step.why)\n"
        }
        for companion in steps.companions {
            text += "# \(companion.package) \(companion.from) -> \(companion.to): \(companion.why)\n"
        }
        for file in files {
            text += unifiedDiff(
                file.before ?? "", file.after,
                labels: (file.before == nil ? "/dev/null" : "a/\(file.path)", "b/\(file.path)"))
        }
        return text
    }
}
