// SPDX-License-Identifier: Apache-2.0
import Glibc

/// An IPv4 or IPv6 address, or as many leading bits of one as a network has.
struct IPAddress: Hashable, Sendable {
    /// 4 or 16.
    let bytes: [UInt8]

    /// `127.0.0.1`, `::1`; IPv4 addresses written as IPv6 are IPv4 addresses.
    init?(_ text: String) {
        var v4 = in_addr()
        var v6 = in6_addr()
        if inet_pton(AF_INET, text, &v4) == 1 {
            bytes = withUnsafeBytes(of: &v4) { Array($0) }
        } else if inet_pton(AF_INET6, text, &v6) == 1 {
            let all = withUnsafeBytes(of: &v6) { Array($0) }
            let isMapped = all.prefix(10).allSatisfy { $0 == 0 } && all[10] == 0xff && all[11] == 0xff
            bytes = isMapped ? Array(all.suffix(4)) : all
        } else {
            return nil
        }
    }

    var isVersion6: Bool { bytes.count == 16 }

    var isLoopback: Bool {
        isVersion6 ? bytes.last == 1 && bytes.dropLast().allSatisfy { $0 == 0 } : bytes.first == 127
    }

    /// Whether this address is in the network that another begins: the first `bits` bits are the same.
    func isIn(_ network: IPAddress, bits: Int) -> Bool {
        guard bytes.count == network.bytes.count, 0...bytes.count * 8 ~= bits else { return false }
        return zip(bytes, network.bytes).enumerated().allSatisfy { index, pair in
            let rest = min(8, max(0, bits - index * 8))
            let mask = rest == 0 ? 0 : ~UInt8(0) << UInt8(8 - rest)
            return pair.0 & mask == pair.1 & mask
        }
    }
}
