// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.jdk;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpPrincipal;

import io.eventlet.http.server.Request;
import io.eventlet.http.server.Response;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

import javax.net.ssl.SSLSession;

/// One request and its response, for the thread of a handler.
final class PlainExchange extends HttpExchange {
    private static final System.Logger LOGGER = System.getLogger("com.sun.net.httpserver");

    private final Context context;
    private final Request request;
    private final URI uri;
    private final Handover handover;
    private final Headers requestHeaders;
    private final Headers responseHeaders = new Headers();
    private final Map<String, @Nullable Object> attributes =
            Collections.synchronizedMap(new HashMap<>());
    private final RequestStream requestStream;
    private final ResponseStream responseStream;
    private InputStream input; // what filters have made of the stream
    private OutputStream output; // likewise
    private @Nullable HttpPrincipal principal;
    private int code = -1;
    private boolean closed;

    PlainExchange(Context context, Request request, URI uri, Handover handover) {
        this.context = context;
        this.request = request;
        this.uri = uri;
        this.handover = handover;
        var fields = new Headers();
        request.headers().forEach(fields::add);
        requestHeaders = Headers.of(fields); // which cannot be changed
        requestStream = new RequestStream(request.body());
        responseStream = new ResponseStream(handover, requestStream);
        input = requestStream;
        output = responseStream;
    }

    @Override
    public Headers getRequestHeaders() {
        return requestHeaders;
    }

    @Override
    public Headers getResponseHeaders() {
        return responseHeaders;
    }

    @Override
    public URI getRequestURI() {
        return uri;
    }

    @Override
    public String getRequestMethod() {
        return request.method();
    }

    @Override
    public Context getHttpContext() {
        return context;
    }

    @Override
    public InputStream getRequestBody() {
        return input;
    }

    @Override
    public OutputStream getResponseBody() {
        return output;
    }

    @Override
    public void sendResponseHeaders(int newCode, long length) throws IOException {
        if (code != -1) {
            throw new IOException("the response headers have been sent already");
        }
        if (newCode >= 100 && newCode < 200 && newCode != 101) { // another follows
            request.sendInformational(newCode, ResponseFields.of(responseHeaders, false));
            return;
        }
        boolean isHead = request.isMethod("HEAD");
        var response =
                Response.of(newCode)
                        .headers(ResponseFields.of(responseHeaders, isHead || newCode == 304));
        code = newCode;
        if (isHead) {
            response = asForGet(response, length);
        }
        if (isHead || length < 0 || newCode == 204 || newCode == 304) {
            responseStream.beginNone();
            handover.begin(response);
        } else {
            responseStream.begin(response, length);
        }
    }

    /// With the length that GET has, or unknown, unless the handler has said it by a field.
    private static Response asForGet(Response response, long length) {
        if (response.headers().contains("Content-Length")) {
            return response;
        }
        return length > 0 ? response.body(_ -> {}, length) : response.body(_ -> {});
    }

    @Override
    public int getResponseCode() {
        return code;
    }

    @Override
    public InetSocketAddress getRemoteAddress() {
        return request.remoteAddress();
    }

    @Override
    public InetSocketAddress getLocalAddress() {
        return request.localAddress();
    }

    @Override
    public String getProtocol() {
        return request.version();
    }

    /// That of the exchange, or else of its context, whose attributes all its exchanges see.
    @Override
    public @Nullable Object getAttribute(String name) {
        Objects.requireNonNull(name);
        return attributes.containsKey(name)
                ? attributes.get(name)
                : context.getAttributes().get(name);
    }

    @Override
    public void setAttribute(String name, @Nullable Object value) {
        attributes.put(Objects.requireNonNull(name), value);
    }

    @Override
    public void setStreams(@Nullable InputStream newInput, @Nullable OutputStream newOutput) {
        input = Objects.requireNonNullElse(newInput, input);
        output = Objects.requireNonNullElse(newOutput, output);
    }

    @Override
    public @Nullable HttpPrincipal getPrincipal() {
        return principal;
    }

    void setPrincipal(HttpPrincipal newPrincipal) {
        principal = newPrincipal;
    }

    @Nullable SSLSession tlsSession() {
        return request.tlsSession();
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (code == -1) {
            handover.abandon();
            return;
        }
        var filtered = output;
        try (responseStream; // whatever a filter has made of it
                filtered) {
            requestStream.close();
        } catch (IOException e) {
            failed(e);
        }
    }

    /// The handler has failed, or a stream that it used.
    void failed(Throwable error) {
        if (!handover.fail(error)) {
            LOGGER.log(System.Logger.Level.DEBUG, "the handler of " + request + " failed", error);
        }
    }

    @Override
    public String toString() {
        return "exchange " + request;
    }
}
