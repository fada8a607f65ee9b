// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.server;

import io.eventlet.http.BadMessage;
import io.eventlet.http.Headers;
import io.eventlet.http.wire.RequestHead;
import io.eventlet.http.wire.Target;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;

import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;

/// What a client asks for: method, target, header fields and body. It belongs to the thread of its
/// connection until the handler's response has been sent; the body may be read by another thread,
/// one at a time, also while the response is sent.
public final class Request {
    private final Exchange exchange;
    private final RequestHead head;
    private final Target target;
    private final InputStream body;
    private final Map<String, String> parameters;
    private final @Nullable InetSocketAddress client;
    private @Nullable String path;
    private @Nullable QueryParameters queryParameters;

    Request(
            Exchange exchange,
            RequestHead head,
            Target target,
            InputStream body,
            @Nullable InetSocketAddress client) {
        this(exchange, head, target, body, Map.of(), client);
    }

    private Request(
            Exchange exchange,
            RequestHead head,
            Target target,
            InputStream body,
            Map<String, String> parameters,
            @Nullable InetSocketAddress client) {
        this.exchange = exchange;
        this.head = head;
        this.target = target;
        this.body = body;
        this.parameters = parameters;
        this.client = client;
    }

    /// `GET`, `POST` and so on.
    public String method() {
        return head.method();
    }

    public boolean isMethod(String name) {
        return head.method().equals(name);
    }

    /// The target as the client sent it.
    public String target() {
        return head.target();
    }

    /// The path as it was sent, from its slash to a question mark; `*` in `OPTIONS *`, empty in
    /// `CONNECT`.
    public String rawPath() {
        return target.path();
    }

    /// The path with `%` sequences decoded as UTF-8. Two different paths may be alike then, because
    /// `%2F` becomes a slash. What is no UTF-8 becomes U+FFFD.
    public String path() {
        var decoded = path;
        if (decoded == null) {
            decoded = Percent.decode(target.path(), false);
            path = decoded;
        }
        return decoded;
    }

    /// The query as it was sent, without the question mark; null if there is none.
    public @Nullable String query() {
        return target.query();
    }

    /// The first value of a parameter in the query, decoded as those of HTML forms are; null if
    /// there is none.
    public @Nullable String queryParameter(String name) {
        var all = queryParameters;
        if (all == null) {
            all = QueryParameters.of(target.query());
            queryParameters = all;
        }
        return all.first(name);
    }

    /// What the pattern of a route found in the path under a name, decoded. Throws an
    /// `IllegalArgumentException` if the pattern has no such name.
    public String parameter(String name) {
        var value = parameters.get(name);
        if (value == null) {
            throw new IllegalArgumentException("the route has no {%s}".formatted(name));
        }
        return value;
    }

    public Headers headers() {
        return head.headers();
    }

    /// The value of the first field of this name; null if there is none.
    public @Nullable String header(String name) {
        return head.headers().get(name);
    }

    /// The host that is asked for, with its port if the client gave that, in small letters; empty
    /// if a client of HTTP/1.0 does not say.
    public String authority() {
        return target.authority();
    }

    /// `http` or `https`.
    public String scheme() {
        return isSecure() ? "https" : "http";
    }

    /// `HTTP/1.1` or `HTTP/1.0`.
    public String version() {
        return head.minorVersion() == 0 ? "HTTP/1.0" : "HTTP/1.1";
    }

    int minorVersion() {
        return head.minorVersion();
    }

    /// The body, empty if there is none. Reading blocks until the client sends; the first read asks
    /// a client that waits for `100 Continue` to send. Throws [BadMessage] if the body breaks HTTP
    /// or is longer than the server takes, a `SocketTimeoutException` if the client is too slow, an
    /// `EOFException` if it goes. A handler that lets these through gets them answered.
    public InputStream body() {
        return body;
    }

    /// All of the body. Throws a [StatusException] of 413 if it has more than so many bytes.
    public byte[] bytes(int most) throws IOException {
        var bytes = body.readNBytes(most);
        if (bytes.length == most && body.read() >= 0) {
            throw new StatusException(413, "the body has more than %d bytes".formatted(most));
        }
        return bytes;
    }

    /// All of the body as text, in the charset that `Content-Type` names, or else UTF-8.
    public String text(int mostBytes) throws IOException {
        return new String(bytes(mostBytes), charset());
    }

    private Charset charset() {
        var type = headers().get("Content-Type", "");
        for (var parameter : type.split(";", -1)) {
            var trimmed = parameter.strip();
            if (trimmed.regionMatches(true, 0, "charset=", 0, "charset=".length())) {
                var name = trimmed.substring("charset=".length()).replace("\"", "");
                try {
                    return Charset.forName(name);
                } catch (IllegalArgumentException e) {
                    throw new StatusException(415, "no such charset: " + name);
                }
            }
        }
        return StandardCharsets.UTF_8;
    }

    /// What followed a body in chunks; none before its end.
    public Headers trailers() {
        return exchange.trailers();
    }

    /// Sends a response of status 100 to 199 ahead of the one that the handler returns, such as
    /// `103 Early Hints`, or one more `100 Continue` with fields. Clients of HTTP/1.0 get none. Any
    /// thread may call it; an `IllegalStateException` once the response has begun.
    public void sendInformational(int status, Headers headers) throws IOException {
        exchange.sendInformational(status, headers);
    }

    /// Who sent it: the other end of the connection, or whom a proxy names: see
    /// [HttpServer.Builder#proxyProtocol] and [TrustedProxies].
    public InetSocketAddress remoteAddress() {
        return Objects.requireNonNullElseGet(
                client, () -> (InetSocketAddress) exchange.socket().getRemoteSocketAddress());
    }

    /// Where it arrived.
    public InetSocketAddress localAddress() {
        return (InetSocketAddress) exchange.socket().getLocalSocketAddress();
    }

    /// Whether it came over TLS.
    public boolean isSecure() {
        return exchange.socket() instanceof SSLSocket;
    }

    /// The TLS session that it came over, null without TLS.
    public @Nullable SSLSession tlsSession() {
        return exchange.socket() instanceof SSLSocket secured ? secured.getSession() : null;
    }

    /// Whether an error, or what caused it, is what ended the reading of the body: then it is the
    /// client's, and not of what the handler did with the body.
    public boolean isBodyFailure(@Nullable Throwable error) {
        if (!(body instanceof RequestBody read) || read.failure() == null) {
            return false;
        }
        var cause = error;
        for (int i = 0; i < 16 && cause != null; i++) {
            if (cause == read.failure()) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }

    Socket socket() {
        return exchange.socket();
    }

    Request withParameters(Map<String, String> found) {
        return new Request(exchange, head, target, body, found, client);
    }

    Request withClient(InetSocketAddress address) {
        return new Request(exchange, head, target, body, parameters, address);
    }

    /// Where the response goes to, past the buffer.
    TimedSocket timedSocket() {
        return exchange.timedSocket();
    }

    @Override
    public String toString() {
        return "%s %s".formatted(head.method(), head.target());
    }
}
