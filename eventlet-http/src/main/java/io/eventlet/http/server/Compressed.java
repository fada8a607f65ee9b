// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.server;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;

/// Sends what a handler answers with gzip to clients that take it: texts, JSON, XML, SVG and the
/// like, of 1 KiB or more, or of unknown length. What is encoded already, has a range, or says
/// `no-transform` is left as it is. The response varies by `Accept-Encoding`, and an `ETag` becomes
/// a weak one. A flush of the body's writer still reaches the client.
///
/// Do not compress what has secrets beside text of the client's: their lengths tell (BREACH).
public final class Compressed implements Handler {
    private static final int LEAST = 1024;

    private final Handler handler;

    private Compressed(Handler handler) {
        this.handler = handler;
    }

    public static Compressed of(Handler handler) {
        return new Compressed(handler);
    }

    @Override
    public Response handle(Request request) throws Exception {
        var response = handler.handle(request);
        if (!isCompressible(response)) {
            return response;
        }
        var varying = varying(response);
        return accepts(request) ? compressed(varying, request.isMethod("HEAD")) : varying;
    }

    private static boolean isCompressible(Response response) {
        var headers = response.headers();
        long length = response.body().length();
        return response.status() >= 200
                && response.status() != 204
                && response.status() != 206
                && response.status() != 304
                && !(response.body() instanceof ResponseBody.Upgrade)
                && (length < 0 || length >= LEAST)
                && !headers.contains("Content-Encoding")
                && !headers.contains("Content-Range")
                && !headers.hasToken("Cache-Control", "no-transform")
                && isText(headers.get("Content-Type", ""));
    }

    private static boolean isText(String type) {
        int end = type.indexOf(';');
        var media = (end < 0 ? type : type.substring(0, end)).strip().toLowerCase(Locale.ROOT);
        return media.startsWith("text/")
                || media.endsWith("+xml")
                || media.endsWith("+json")
                || switch (media) {
                    case "application/json",
                            "application/javascript",
                            "application/xml",
                            "application/wasm",
                            "application/manifest+json",
                            "image/svg+xml" ->
                            true;
                    default -> false;
                };
    }

    private static Response varying(Response response) {
        return response.headers().hasToken("Vary", "Accept-Encoding")
                ? response
                : response.addHeader("Vary", "Accept-Encoding");
    }

    /// Whether the client takes gzip: RFC 9110, 12.5.3.
    static boolean accepts(Request request) {
        boolean any = false;
        for (var coding :
                String.join(",", request.headers().all("Accept-Encoding")).split(",", -1)) {
            var parts = coding.split(";", 2);
            var name = parts[0].strip();
            boolean wanted = parts.length < 2 || !isZero(parts[1]);
            if (name.equalsIgnoreCase("gzip") || name.equalsIgnoreCase("x-gzip")) {
                return wanted;
            }
            any |= name.equals("*") && wanted;
        }
        return any;
    }

    private static boolean isZero(String parameter) {
        return parameter.strip().matches("[qQ]\\s*=\\s*0(\\.0{0,3})?");
    }

    /// Of a stream that is not sent the server has to see that it is one, and close it.
    private static Response compressed(Response response, boolean isHead) throws IOException {
        var tag = response.headers().get("ETag");
        var marked =
                response.headers(response.headers().without("Content-Length"))
                        .header("Content-Encoding", "gzip");
        if (tag != null && !tag.startsWith("W/")) {
            marked = marked.header("ETag", "W/" + tag);
        }
        return switch (response.body()) {
            case ResponseBody.Bytes whole -> marked.body(gzip(whole.bytes()));
            case ResponseBody.Stream stream ->
                    isHead ? marked.body(stream.stream()) : marked.body(out -> copy(stream, out));
            case ResponseBody.Written written ->
                    marked.body(out -> {
                        try (var zipped = new GZIPOutputStream(out, 4096, true)) {
                            written.writer().writeTo(zipped);
                        }
                    });
            default -> response;
        };
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        var zipped = new ByteArrayOutputStream(bytes.length / 2);
        try (var out = new GZIPOutputStream(zipped)) {
            out.write(bytes);
        }
        return zipped.toByteArray();
    }

    /// All of a stream, which has so many bytes if that is known.
    private static void copy(ResponseBody.Stream body, OutputStream to) throws IOException {
        try (var from = body.stream();
                var zipped = new GZIPOutputStream(to, 4096, true)) { // whose memory is not Java's
            var piece = new byte[1 << 14];
            long all = 0;
            for (int n = from.read(piece); n >= 0; n = from.read(piece)) {
                zipped.write(piece, 0, n);
                all += n;
                if (from.available() == 0) {
                    zipped.flush();
                }
            }
            if (body.length() >= 0 && all < body.length()) {
                throw new EOFException(
                        "a body has %d bytes, and its length is %d".formatted(all, body.length()));
            }
        }
    }
}
