// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.client;

import io.eventlet.ThrowingSupplier;
import io.eventlet.offload.Offload;
import io.eventlet.offload.OffloadedInput;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;

/// What a request carries: bytes, or a stream whose length may be unknown.
///
/// One that is repeatable can be sent again, after a redirect with status 307, when a server asks
/// who we are, or on another connection. What is read from a stream is sent as it comes; one of
/// unknown length goes in chunks. Thread-safe, but for a stream of the caller's.
public final class RequestBody {
    private static final long UNKNOWN = -1;

    private final byte @Nullable [] bytes;
    private final @Nullable ThrowingSupplier<? extends InputStream, IOException> source;
    private final long length;
    private final boolean repeatable;
    private final @Nullable String contentType;

    private RequestBody(
            byte @Nullable [] bytes,
            @Nullable ThrowingSupplier<? extends InputStream, IOException> source,
            long length,
            boolean repeatable,
            @Nullable String contentType) {
        this.bytes = bytes;
        this.source = source;
        this.length = length;
        this.repeatable = repeatable;
        this.contentType = contentType;
    }

    /// Bytes, which must not change any more.
    public static RequestBody of(byte[] bytes) {
        return new RequestBody(bytes, null, bytes.length, true, null);
    }

    /// A text, in UTF-8.
    public static RequestBody of(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8)).as("text/plain; charset=utf-8");
    }

    /// The fields of a form, as browsers send them.
    public static RequestBody form(Map<String, String> fields) {
        var encoded =
                fields.entrySet().stream()
                        .map(e -> encoded(e.getKey()) + "=" + encoded(e.getValue()))
                        .collect(Collectors.joining("&"));
        return of(encoded.getBytes(StandardCharsets.US_ASCII))
                .as("application/x-www-form-urlencoded");
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /// A file, which is read by threads of its own. It must not change meanwhile.
    public static RequestBody of(Path file) throws IOException {
        Objects.requireNonNull(file);
        long size = Offload.shared().call(() -> Files.size(file));
        return of(
                size,
                () -> OffloadedInput.of(Offload.shared().call(() -> Files.newInputStream(file))));
    }

    /// So many bytes, of a stream that is opened each time that the body is sent, and closed.
    public static RequestBody of(
            long length, ThrowingSupplier<? extends InputStream, IOException> source) {
        return new RequestBody(null, Objects.requireNonNull(source), ensure(length), true, null);
    }

    /// All bytes of a stream that is opened each time that the body is sent, and closed.
    public static RequestBody of(ThrowingSupplier<? extends InputStream, IOException> source) {
        return new RequestBody(null, Objects.requireNonNull(source), UNKNOWN, true, null);
    }

    /// So many bytes of a stream, which can be sent once. The stream is closed then.
    public static RequestBody once(long length, InputStream stream) {
        return new RequestBody(null, single(stream), ensure(length), false, null);
    }

    /// All bytes of a stream, which can be sent once. The stream is closed then.
    public static RequestBody once(InputStream stream) {
        return new RequestBody(null, single(stream), UNKNOWN, false, null);
    }

    private static ThrowingSupplier<InputStream, IOException> single(InputStream stream) {
        var left = new AtomicReference<@Nullable InputStream>(Objects.requireNonNull(stream));
        return () -> {
            var taken = left.getAndSet(null);
            if (taken == null) {
                throw new IOException("the body of this request has been sent already");
            }
            return taken;
        };
    }

    private static long ensure(long length) {
        if (length < 0) {
            throw new IllegalArgumentException("a length must not be negative: " + length);
        }
        return length;
    }

    /// The same with a type, which is the Content-Type of a request that has none.
    public RequestBody as(String type) {
        return new RequestBody(bytes, source, length, repeatable, Objects.requireNonNull(type));
    }

    /// How many bytes it has; -1 if that is not known.
    public long length() {
        return length;
    }

    /// Whether it can be sent more than once.
    public boolean isRepeatable() {
        return repeatable;
    }

    /// Its type; null if none was said.
    public @Nullable String contentType() {
        return contentType;
    }

    byte @Nullable [] bytes() {
        return bytes;
    }

    InputStream open() throws IOException {
        return bytes != null
                ? new ByteArrayInputStream(bytes)
                : Objects.requireNonNull(source).get();
    }
}
