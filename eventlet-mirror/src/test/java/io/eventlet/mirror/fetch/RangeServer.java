// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.fetch;

import io.eventlet.http.client.HttpUrl;
import io.eventlet.http.server.HttpServer;
import io.eventlet.http.server.Request;
import io.eventlet.http.server.Response;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.regex.Pattern;

/// A server of one file that answers ranges. Its streams go on in turn, a piece each, as the client
/// takes them.
final class RangeServer implements AutoCloseable {
    private static final Pattern RANGE = Pattern.compile("bytes=(\\d+)-(\\d*)");
    private static final int PIECE = 64 * 1024;

    private final byte[] content;
    private final HttpServer server;
    private final List<String> ranges = new CopyOnWriteArrayList<>();
    private final AtomicInteger active = new AtomicInteger();
    private final AtomicInteger mostActive = new AtomicInteger();
    private final BiFunction<String, Response, Response> change;

    /// @param change of what is answered to a field `Range`, which may be empty
    RangeServer(byte[] content, BiFunction<String, Response, Response> change) throws IOException {
        this.content = content;
        this.change = change;
        server =
                HttpServer.builder(this::answer)
                        .address(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                        .start();
    }

    HttpUrl url() {
        return HttpUrl.of("http://127.0.0.1:" + server.port() + "/f");
    }

    /// The fields `Range` of the requests; empty for none.
    List<String> ranges() {
        return ranges;
    }

    int mostActive() {
        return mostActive.get();
    }

    private Response answer(Request request) {
        var field = request.headers().get("Range", "");
        ranges.add(field);
        var range = RANGE.matcher(field);
        int from = 0;
        int to = content.length;
        var response = Response.of(200).header("Accept-Ranges", "bytes");
        if (range.matches() && "\"1\"".equals(request.header("If-Range"))) {
            from = Integer.parseInt(range.group(1));
            to = range.group(2).isEmpty() ? to : Integer.parseInt(range.group(2)) + 1;
            response =
                    Response.of(206)
                            .header(
                                    "Content-Range",
                                    "bytes %d-%d/%d".formatted(from, to - 1, content.length));
        }
        return change.apply(field, body(response.header("ETag", "\"1\""), from, to));
    }

    private Response body(Response response, int begin, int end) {
        return response.body(
                out -> {
                    mostActive.accumulateAndGet(active.incrementAndGet(), Math::max);
                    try {
                        for (int from = begin; from < end; from += PIECE) {
                            out.write(content, from, Math.min(PIECE, end - from));
                            out.flush();
                        }
                    } finally {
                        active.decrementAndGet();
                    }
                },
                end - begin);
    }

    @Override
    public void close() {
        server.close();
    }
}
