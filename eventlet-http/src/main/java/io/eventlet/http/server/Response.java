// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.server;

import io.eventlet.http.Headers;

import org.jspecify.annotations.Nullable;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// The answer to a request: status, header fields, body.
///
/// ```java
/// Response.text("hello\n").header("Cache-Control", "no-store");
/// Response.of(200).header("Content-Type", "text/csv").body(out -> writeRows(out));
/// ```
///
/// The server adds what frames the message, `Content-Length`, `Transfer-Encoding` and `Connection`,
/// and `Date`. A `Content-Length` that is set here is the length of a body that is a stream, or of
/// the one that HEAD leaves out; `Transfer-Encoding` cannot be set. A response to HEAD, and one
/// with status 204 or 304, is sent without its body. Immutable but for a body that is a stream.
public final class Response {
    private static final byte[] NO_BYTES = {};
    private static final Headers TEXT = Headers.of("Content-Type", "text/plain; charset=utf-8");
    private static final Headers HTML = Headers.of("Content-Type", "text/html; charset=utf-8");
    private static final Headers JSON = Headers.of("Content-Type", "application/json");

    private final int status;
    private final Headers headers;
    private final ResponseBody body;
    private final @Nullable Supplier<Headers> trailers;
    private final @Nullable Consumer<Sent> whenSent;

    private Response(
            int status,
            Headers headers,
            ResponseBody body,
            @Nullable Supplier<Headers> trailers,
            @Nullable Consumer<Sent> whenSent) {
        this.status = status;
        this.headers = headers;
        this.body = body;
        this.trailers = trailers;
        this.whenSent = whenSent;
    }

    /// With a status from 200 to 999, no fields and no body.
    public static Response of(int status) {
        return new Response(checkedStatus(status), Headers.empty(), ResponseBody.NONE, null, null);
    }

    /// 200 with a text in UTF-8.
    public static Response text(String text) {
        return of(200, TEXT, text);
    }

    /// 200 with a page in UTF-8.
    public static Response html(String page) {
        return of(200, HTML, page);
    }

    /// 200 with JSON.
    public static Response json(String json) {
        return of(200, JSON, json);
    }

    /// Any status with a text in UTF-8.
    public static Response text(int status, String text) {
        return of(checkedStatus(status), TEXT, text);
    }

    /// 303 See Other, or 301, 302, 307, 308 as the status says, to a location, which must be
    /// encoded as in a URL.
    public static Response redirect(int status, String location) {
        return of(status).header("Location", location);
    }

    private static Response of(int status, Headers headers, String text) {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        return new Response(status, headers, new ResponseBody.Bytes(bytes), null, null);
    }

    /// 101 Switching Protocols: from now on the connection belongs to the handler. The fields are
    /// those of the response besides `Connection` and `Upgrade`, which has the protocol's name.
    public static Response upgrade(String protocol, Headers headers, UpgradeHandler handler) {
        return new Response(
                101,
                headers.with("Upgrade", protocol),
                new ResponseBody.Upgrade(Objects.requireNonNull(handler)),
                null,
                null);
    }

    /// The answer to CONNECT: 200, and from now on the connection belongs to the handler.
    public static Response tunnel(UpgradeHandler handler) {
        var body = new ResponseBody.Upgrade(Objects.requireNonNull(handler));
        return new Response(200, Headers.empty(), body, null, null);
    }

    /// With this field and no other of its name. Throws an `IllegalArgumentException` for what
    /// cannot stand in a field: see [Headers].
    public Response header(String name, String value) {
        return headers(headers.with(name, value));
    }

    /// With one more field, whatever others of its name there are: as for `Set-Cookie`.
    public Response addHeader(String name, String value) {
        return headers(headers.and(name, value));
    }

    /// With these fields and no others.
    public Response headers(Headers newHeaders) {
        if (newHeaders.contains("Transfer-Encoding")) {
            throw new IllegalArgumentException("Transfer-Encoding is set by the server");
        }
        return new Response(status, newHeaders, body, trailers, whenSent);
    }

    /// With another status from 200 to 999.
    public Response status(int newStatus) {
        return new Response(checkedStatus(newStatus), headers, body, trailers, whenSent);
    }

    /// With this body. The array is not copied.
    public Response body(byte[] bytes) {
        return body(new ResponseBody.Bytes(bytes));
    }

    /// With all of a stream, in chunks, or up to the end of the connection for a client of
    /// HTTP/1.0. The server closes the stream, also when the response cannot be sent.
    public Response body(InputStream stream) {
        return body(new ResponseBody.Stream(Objects.requireNonNull(stream), -1));
    }

    /// With a stream of so many bytes. If it has fewer, the connection is cut; more are not sent.
    public Response body(InputStream stream, long length) {
        return body(new ResponseBody.Stream(Objects.requireNonNull(stream), checkedLength(length)));
    }

    /// With what a writer writes, in chunks, or up to the end of the connection for a client of
    /// HTTP/1.0. Not called where no body is sent.
    public Response body(BodyWriter writer) {
        return body(new ResponseBody.Written(Objects.requireNonNull(writer), -1));
    }

    /// With what a writer writes, of so many bytes: an `IOException` for more, and the connection
    /// is cut after fewer.
    public Response body(BodyWriter writer, long length) {
        return body(
                new ResponseBody.Written(Objects.requireNonNull(writer), checkedLength(length)));
    }

    private Response body(ResponseBody newBody) {
        return new Response(status, headers, newBody, trailers, whenSent);
    }

    private static long checkedLength(long length) {
        if (length < 0) {
            throw new IllegalArgumentException("the length of a body is negative: " + length);
        }
        return length;
    }

    /// With fields behind a body that is sent in chunks, asked for when that has been written; they
    /// are left out if it is not sent in chunks.
    public Response trailers(Supplier<Headers> newTrailers) {
        return new Response(status, headers, body, Objects.requireNonNull(newTrailers), whenSent);
    }

    /// Calls back when the response has been sent, or could not be: in the connection's green
    /// thread, before the next request. Eventlet's `eventlet.posthooks`. Several are called in
    /// their order.
    public Response whenSent(Consumer<Sent> action) {
        var before = whenSent;
        var all = before == null ? action : before.andThen(action);
        return new Response(status, headers, body, trailers, all);
    }

    /// What became of a response: how many bytes of the body were sent, and what kept the rest from
    /// that, null for nothing.
    public record Sent(int status, long bodyBytes, @Nullable Throwable failure) {}

    public int status() {
        return status;
    }

    public Headers headers() {
        return headers;
    }

    ResponseBody body() {
        return body;
    }

    @Nullable Supplier<Headers> trailers() {
        return trailers;
    }

    @Nullable Consumer<Sent> whenSent() {
        return whenSent;
    }

    /// Without a body, for what wraps handlers.
    Response withoutBody() {
        return body(NO_BYTES);
    }

    static int checkedStatus(int status) {
        if (status < 200 || status > 999) {
            throw new IllegalArgumentException(
                    "the status of a response is from 200 to 999: " + status);
        }
        return status;
    }

    @Override
    public String toString() {
        return "response " + status;
    }
}
