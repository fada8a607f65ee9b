// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.client;

import io.eventlet.http.Headers;
import io.eventlet.http.syntax.Bytes;
import io.eventlet.lang.Durations;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Objects;
import java.util.function.Supplier;

/// What to ask for. Immutable: each method that changes something returns another request.
///
/// ```java
/// var request = ClientRequest.post("http://example.org/items")
///         .header("Accept", "application/json")
///         .body(RequestBody.of("{}").as("application/json"))
///         .limit(Duration.ofSeconds(5));
/// ```
///
/// The client adds `Host`, `User-Agent` and what frames the body; `Content-Length` and
/// `Transfer-Encoding` are its business alone.
public final class ClientRequest {
    private final String method;
    private final HttpUrl url;
    private final Headers headers;
    private final @Nullable RequestBody body;
    private final RequestOptions options;

    private ClientRequest(
            String method,
            HttpUrl url,
            Headers headers,
            @Nullable RequestBody body,
            RequestOptions options) {
        this.method = method;
        this.url = url;
        this.headers = headers;
        this.body = body;
        this.options = options;
    }

    /// A request of any method, which is sent as it is written. Throws an
    /// `IllegalArgumentException` if that is no token, or is CONNECT.
    public static ClientRequest of(String method, HttpUrl url) {
        if (!Bytes.isToken(method) || method.equals("CONNECT")) {
            throw new IllegalArgumentException("not a method to send: " + method);
        }
        return new ClientRequest(
                method,
                Objects.requireNonNull(url),
                Headers.empty(),
                null,
                url.userInfo() == null
                        ? RequestOptions.NONE
                        : RequestOptions.NONE.authenticated(
                                BasicAuthentication.of(url.userInfo())));
    }

    /// As [#of(String, HttpUrl)], of the text of a URL.
    public static ClientRequest of(String method, String url) {
        return of(method, HttpUrl.of(url));
    }

    public static ClientRequest get(String url) {
        return of("GET", url);
    }

    public static ClientRequest head(String url) {
        return of("HEAD", url);
    }

    public static ClientRequest post(String url) {
        return of("POST", url);
    }

    public static ClientRequest put(String url) {
        return of("PUT", url);
    }

    // ---- with something else

    /// With this header field and no other of its name.
    public ClientRequest header(String name, String value) {
        return headers(headers.with(name, value));
    }

    /// With these header fields and no others.
    public ClientRequest headers(Headers fields) {
        if (fields.contains("Content-Length") || fields.contains("Transfer-Encoding")) {
            throw new IllegalArgumentException(
                    "the client itself says how long a body is: "
                            + "Content-Length and Transfer-Encoding must not be set");
        }
        return new ClientRequest(method, url, fields, body, options);
    }

    /// With a body; null for none.
    public ClientRequest body(@Nullable RequestBody content) {
        return new ClientRequest(method, url, headers, content, options);
    }

    /// With bytes as its body.
    public ClientRequest body(byte[] content) {
        return body(RequestBody.of(content));
    }

    /// With fields that follow the body, which is sent in chunks then. They are asked for when the
    /// body has been read.
    public ClientRequest trailers(Supplier<Headers> fields) {
        return with(options.trailed(Objects.requireNonNull(fields)));
    }

    /// With a limit for all of it, from the call up to the last byte of the body, redirects and the
    /// wait for a connection included; instead of the client's.
    public ClientRequest limit(Duration limit) {
        return with(options.limited(Durations.ensureNotNegative(limit, "the limit of a request")));
    }

    /// Asks the server first whether it wants the body, by `Expect: 100-continue`. If there is no
    /// answer for a second (see the client's builder), the body is sent all the same.
    public ClientRequest expectContinue() {
        return with(options.expectingContinue());
    }

    /// With what is told of informational answers, such as `103 Early Hints`. Otherwise they are
    /// skipped.
    public ClientRequest whenInformational(InformationalHandler handler) {
        return with(options.told(Objects.requireNonNull(handler)));
    }

    /// With another limit for redirects than the client's; 0 to get the first answer.
    public ClientRequest redirects(int most) {
        if (most < 0) {
            throw new IllegalArgumentException("redirects must not be negative: " + most);
        }
        return with(options.redirected(most));
    }

    /// With or without decoding of the body, whatever the client does: see
    /// [HttpClient.Builder#decoding(ContentDecoder...)].
    public ClientRequest decoding(boolean decoding) {
        return with(options.decoding(decoding));
    }

    /// With credentials for the server of its URL, and not for another that it redirects to.
    public ClientRequest authentication(Authentication by) {
        return with(options.authenticated(Objects.requireNonNull(by)));
    }

    private ClientRequest with(RequestOptions others) {
        return new ClientRequest(method, url, headers, body, others);
    }

    /// For another URL, by a method, with a body or without.
    ClientRequest redirected(HttpUrl to, String by, boolean withBody, Headers fields) {
        boolean same = url.isSameOrigin(to);
        var others = same ? options : options.authenticated(null);
        if (!same && to.userInfo() != null) {
            others = others.authenticated(BasicAuthentication.of(to.userInfo()));
        }
        if (!withBody) {
            others = others.trailed(null);
        }
        return new ClientRequest(by, to, fields, withBody ? body : null, others);
    }

    // ---- what it is

    public String method() {
        return method;
    }

    public HttpUrl url() {
        return url;
    }

    /// The fields that were given.
    public Headers headers() {
        return headers;
    }

    /// The body; null for none.
    public @Nullable RequestBody body() {
        return body;
    }

    RequestOptions options() {
        return options;
    }

    /// Whether it may be sent twice as RFC 9110, 9.2.2 has it.
    boolean isIdempotent() {
        return switch (method) {
            case "GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE" -> true;
            default -> false;
        };
    }

    boolean isRepeatable() {
        return body == null || body.isRepeatable();
    }

    @Override
    public String toString() {
        return method + " " + url;
    }
}
