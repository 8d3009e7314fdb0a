// SPDX-License-Identifier: Apache-2.0

import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix
import PareModel

/// One question to an application, and its answer, over a connection of their own.
///
/// HTTP/1.1 without TLS.  Redirections are not followed, and no compression is asked for.
enum HTTPExchange {
    /// Why there is no answer: the end of a sentence.
    struct Failure: Error, Equatable {
        let reason: String
        /// Whether the connection was closed before anything came: what a proxy does whose application is not
        /// there yet.
        var isSilent = false
    }

    /// More of a body is not kept; in bytes.
    static let bodyLimit = 1 << 20

    /// Asks over a connected socket, which is closed in any case.
    ///
    /// The port stands in the `Host` field, which is the same whatever way the connection takes.
    ///
    /// - Throws: ``Failure``, `CancellationError`.
    static func ask(_ question: Question, port: Int, over socket: CInt, limit: Duration) async throws
        -> Answer
    {
        guard !question.method.isEmpty, question.method.utf8.allSatisfy({ (0x41...0x5A).contains($0) }) else {
            close(socket)
            throw Failure(reason: "its method is not one of HTTP")
        }
        if let field = question.fields.first(where: { !$0.isWellFormed }) {
            close(socket)
            throw Failure(reason: "its header field '\(field.name.printable)' is not one of HTTP")
        }
        let group = MultiThreadedEventLoopGroup.singleton
        let promise = group.next().makePromise(of: Answer.self)
        let channel: any Channel
        do {
            channel = try await ClientBootstrap(group: group).channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHTTPClientHandlers()
                    try pipeline.addHandler(AnswerHandler(question, port: port, answer: promise))
                }
            }.withConnectedSocket(socket).get()
        } catch {
            // The application may have closed its end in the meantime.
            promise.fail(Failure(reason: "it closed the connection", isSilent: true))
            return try await promise.futureResult.get()
        }
        do {
            let answer = try await withLimit(limit) {
                try await withTaskCancellationHandler {
                    try await promise.futureResult.get()
                } onCancel: {
                    channel.close(promise: nil)
                }
            }
            channel.close(promise: nil)
            return answer
        } catch is LimitExceeded {
            channel.close(promise: nil)
            throw Failure(reason: "nothing for \(limit.spoken)")
        }
    }
}

/// Sends the question and gathers the answer.
private final class AnswerHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    private let question: Question
    private let port: Int
    private let answer: EventLoopPromise<Answer>
    private var head: HTTPResponseHead?
    private var body: [UInt8] = []

    init(_ question: Question, port: Int, answer: EventLoopPromise<Answer>) {
        self.question = question
        self.port = port
        self.answer = answer
    }

    func channelActive(context: ChannelHandlerContext) {
        var fields = HTTPHeaders([
            ("Host", "localhost:\(port)"), ("User-Agent", "pare"), ("Accept", "*/*"),
            ("Accept-Encoding", "identity"),
            ("Connection", "close"),
        ])
        for name in Set(question.fields.map { $0.name.lowercased() }) { fields.remove(name: name) }
        for field in question.fields { fields.add(name: field.name, value: field.value) }
        let content = question.body.map { Array($0.utf8) }
        // Without a length, a request that may have a body is sent in chunks.
        if content != nil || ["POST", "PUT", "PATCH"].contains(question.method) {
            fields.add(name: "Content-Length", value: "\(content?.count ?? 0)")
        }
        let head = HTTPRequestHead(
            version: .http1_1, method: HTTPMethod(rawValue: question.method),
            uri: question.path.requestTarget,
            headers: fields)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        if let content {
            context.write(
                wrapOutboundOut(.body(.byteBuffer(context.channel.allocator.buffer(bytes: content)))),
                promise: nil)
        }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): self.head = head
        case .body(let part):
            let room = HTTPExchange.bodyLimit - body.count
            body.append(contentsOf: part.readableBytesView.prefix(room))
            if part.readableBytes > room { finish(isCut: true, context) }
        case .end: finish(isCut: false, context)
        }
    }

    private func finish(isCut: Bool, _ context: ChannelHandlerContext) {
        guard let head, (100...599).contains(head.status.code) else {
            answer.fail(HTTPExchange.Failure(reason: "its status is not one of HTTP"))
            context.close(promise: nil)
            return
        }
        answer.succeed(
            Answer(
                question: question, status: Int(head.status.code),
                contentType: head.headers.first(name: "content-type") ?? "",
                body: String(decoding: body, as: UTF8.self), isCut: isCut, headers: head.headers.actedUpon))
        context.close(promise: nil)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error {
        case HTTPParserError.invalidEOFState: break
        case is HTTPParserError: answer.fail(HTTPExchange.Failure(reason: "what it says is not HTTP"))
        case is IOError where head == nil:
            answer.fail(HTTPExchange.Failure(reason: "it broke the connection off", isSilent: true))
        default: answer.fail(HTTPExchange.Failure(reason: "\(error)"))
        }
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        let reason = head == nil ? "it closed the connection" : "it closed the connection amid its answer"
        answer.fail(HTTPExchange.Failure(reason: reason, isSilent: head == nil))
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        answer.fail(HTTPExchange.Failure(reason: "it closed the connection", isSilent: true))
    }
}

extension Question {
    /// The header fields that are its own: those that the connection needs are none of them.
    fileprivate var fields: [HeaderField] {
        (contentType.map { [HeaderField("Content-Type", $0)] } ?? [])
            + headers.filter {
                $0.standing == .free && (contentType == nil || $0.name.lowercased() != "content-type")
            }
    }
}

extension String {
    /// The path with a leading slash, and with everything escaped that could end the request's first line.
    var requestTarget: String {
        let digits = Array("0123456789ABCDEF".utf8)
        var target: [UInt8] = hasPrefix("/") ? [] : [UInt8(ascii: "/")]
        for byte in utf8 {
            if (0x21...0x7E).contains(byte) {
                target.append(byte)
            } else {
                target += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: target, as: UTF8.self)
    }
}
