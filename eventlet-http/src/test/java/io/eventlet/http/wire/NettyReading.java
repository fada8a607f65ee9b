// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.wire;

import io.eventlet.http.Headers;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.LastHttpContent;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// What Netty's decoder reads as whole requests, and why it went no further: null if there is no
/// more.
record NettyReading(List<Request> requests, @Nullable String refusal) {
    /// As [Reading.Message], as far as both tell it.
    record Request(String start, Headers headers, String body, Headers trailers) {
        static Request of(Reading.Message message) {
            var trailers = message.trailers() == null ? Headers.empty() : message.trailers();
            return new Request(message.start(), message.headers(), message.body(), trailers);
        }
    }

    static NettyReading of(byte[] bytes) {
        var channel = new EmbeddedChannel(new HttpRequestDecoder());
        var requests = new ArrayList<Request>();
        var reading =
                new Object() {
                    @Nullable HttpRequest head;
                    StringBuilder body = new StringBuilder();
                    @Nullable String refusal;
                };
        try {
            channel.writeInbound(Unpooled.wrappedBuffer(bytes));
            boolean ignored = channel.finish();
            for (HttpObject part = channel.readInbound();
                    part != null && reading.refusal == null;
                    part = channel.readInbound()) {
                if (part.decoderResult().isFailure()) {
                    reading.refusal = text(part.decoderResult());
                }
                if (part instanceof HttpRequest head) {
                    reading.head = head;
                    reading.body.setLength(0);
                }
                if (part instanceof HttpContent content) {
                    reading.body.append(content.content().toString(StandardCharsets.ISO_8859_1));
                    content.release();
                }
                if (part instanceof LastHttpContent last
                        && reading.head != null
                        && reading.refusal == null) {
                    requests.add(request(reading.head, reading.body.toString(), last));
                }
            }
        } finally {
            boolean ignored = channel.finishAndReleaseAll();
        }
        return new NettyReading(requests, reading.refusal);
    }

    private static String text(DecoderResult result) {
        return result.cause().getClass().getSimpleName() + ": " + result.cause().getMessage();
    }

    private static Request request(HttpRequest head, String body, LastHttpContent last) {
        var start = "%s %s %s".formatted(head.method(), head.uri(), head.protocolVersion());
        return new Request(start, headers(head.headers()), body, headers(last.trailingHeaders()));
    }

    private static Headers headers(HttpHeaders fields) {
        var headers = Headers.empty();
        for (var field : fields.entries()) {
            headers = headers.and(field.getKey(), field.getValue().strip()); // of a folded one
        }
        return headers;
    }
}
