// SPDX-License-Identifier: Apache-2.0
package import PareModel

package func comparisonHTML(_ comparison: Comparison, title: String) -> String { title }
package func proofHTML(_ proof: FixProof) -> String { proof.application }
