// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.client;

import io.eventlet.http.syntax.Bytes;
import io.eventlet.http.wire.Output;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Writes the heads of requests.
final class RequestWriter {
    private static final byte[] VERSION =
            " HTTP/1.1\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    private static final byte[] END = {Bytes.CR, Bytes.LF};

    private final ClientRequest request;
    private final ClientSettings settings;
    private final Route route;

    RequestWriter(ClientRequest request, ClientSettings settings, Route route) {
        this.request = request;
        this.settings = settings;
        this.route = route;
    }

    /// A value that somebody else made, which must not end the line.
    static String checked(String value) throws IOException {
        if (!Bytes.isFieldValue(value)) {
            throw new IOException("not a value for a header field");
        }
        return value;
    }

    void write(
            Output out,
            @Nullable String credentials,
            @Nullable String proxyCredentials,
            boolean chunked)
            throws IOException {
        var url = request.url();
        var fields = request.headers();
        out.write(request.method());
        out.write(" ");
        if (route.isForwarded()) {
            out.write("http://");
            out.write(url.authority());
        }
        out.write(url.target());
        out.write(VERSION);
        if (!fields.contains("Host")) {
            field(out, "Host: ", url.authority());
        }
        writeFields(out);
        if (credentials != null) {
            field(out, "Authorization: ", checked(credentials));
        }
        if (proxyCredentials != null) {
            field(out, "Proxy-Authorization: ", checked(proxyCredentials));
        }
        writeCookies(out);
        writeBodyFields(out, chunked);
        if (fields.contains("Upgrade") && !fields.hasToken("Connection", "upgrade")) {
            field(out, "Connection: ", "Upgrade");
        }
        out.write(END);
    }

    private void writeFields(Output out) throws IOException {
        var own = request.headers();
        var defaults = settings.headers();
        for (int i = 0; i < defaults.size(); i++) {
            var name = defaults.fields().name(i);
            if (!own.contains(name)) {
                field(out, name + ": ", defaults.fields().value(i));
            }
        }
        if (Decoding.isAsked(request, settings) && !own.contains("Accept-Encoding")) {
            field(out, "Accept-Encoding: ", settings.accepted());
        }
        if (settings.cookies() == null || !own.contains("Cookie")) {
            out.write(own);
        } else {
            out.write(own.without("Cookie"));
        }
    }

    private void writeCookies(Output out) throws IOException {
        var store = settings.cookies();
        if (store == null) {
            return;
        }
        List<String> cookies = new ArrayList<>(request.headers().all("Cookie"));
        var kept = store.header(request.url());
        if (kept != null) {
            cookies.add(kept);
        }
        if (!cookies.isEmpty()) {
            field(out, "Cookie: ", checked(String.join("; ", cookies)));
        }
    }

    private void writeBodyFields(Output out, boolean chunked) throws IOException {
        var body = request.body();
        if (body != null
                && body.contentType() != null
                && !request.headers().contains("Content-Type")) {
            field(out, "Content-Type: ", checked(body.contentType()));
        }
        if (chunked) {
            field(out, "Transfer-Encoding: ", "chunked");
        } else if (body != null) {
            length(out, body.length());
        } else if (expectsBody(request.method())) {
            length(out, 0);
        }
        if (body != null
                && request.options().expectsContinue()
                && !request.headers().contains("Expect")) {
            field(out, "Expect: ", "100-continue");
        }
    }

    private static boolean expectsBody(String method) {
        return switch (method) {
            case "POST", "PUT", "PATCH" -> true;
            default -> false;
        };
    }

    private static void length(Output out, long length) throws IOException {
        out.write("Content-Length: ");
        out.writeDecimal(length);
        out.write(END);
    }

    private static void field(Output out, String nameAndColon, String value) throws IOException {
        out.write(nameAndColon);
        out.write(value);
        out.write(END);
    }
}
