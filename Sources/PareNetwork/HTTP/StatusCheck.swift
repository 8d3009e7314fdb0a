// SPDX-License-Identifier: Apache-2.0
import NIOCore
import NIOHTTP1

/// Refuses answers whose status is below 100, which is none: the library takes every status below 200 for one that another
/// follows, and traps where a body or an end follows instead.
///
/// - SeeAlso: RFC 9110, section 15.
final class StatusCheck: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias InboundOut = HTTPClientResponsePart

    private var isOver = false

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        // What comes after such a status belongs to no answer.
        guard !isOver else { return }
        guard case .head(let head) = unwrapInboundIn(data), head.status.code < 100 else {
            return context.fireChannelRead(data)
        }
        isOver = true
        context.fireErrorCaught(HTTPParserError.invalidStatus)
        context.close(promise: nil)
    }
}
