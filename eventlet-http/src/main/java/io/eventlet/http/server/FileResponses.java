// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.server;

import io.eventlet.http.Headers;
import io.eventlet.offload.Offload;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/// Responses to requests for a file that was found: the form of it that the client likes best, in
/// whole or in part, or that it has not changed (RFC 9110, 12 to 14). Thread-safe.
final class FileResponses {
    private static final int MOST_RANGES = 16;
    private static final int LARGEST_KEPT = 1 << 20;

    private final FileSettings settings;
    private final Offload offload;
    private final FileCache cache;
    private final AtomicInteger streams = new AtomicInteger(); // that are open

    FileResponses(FileSettings settings, Offload offload, FileCache cache) {
        this.settings = settings;
        this.offload = offload;
        this.cache = cache;
    }

    /// What a request is answered that found a file; null if the file has changed meanwhile.
    ///
    /// @param name under which the cache has the file
    /// @param content of the file, if it has just been read
    @Nullable Response of(Request request, String name, StoredFile file, byte @Nullable [] content)
            throws IOException {
        var variant = file.variants().isEmpty() ? file : variant(request, file);
        if (variant != file && !variant.isCurrent()) {
            return null;
        }
        var headers = request.headers();
        var state = Preconditions.of(headers, variant.tag(), variant.modifiedSecond());
        if (state != Preconditions.Result.MET) {
            return state == Preconditions.Result.NOT_MODIFIED
                    ? variant.notModified()
                    : settings.text(412, "the file is not as the request says");
        }
        if (request.isMethod("HEAD")) {
            return variant.head();
        }
        var parts = parts(headers, variant);
        return parts == null
                ? whole(request, name, file, variant, content)
                : partial(request, variant, parts, content);
    }

    /// The form of a file that the client likes best, the smallest of several.
    private static StoredFile variant(Request request, StoredFile file) {
        var accepted = request.headers().all("Accept-Encoding");
        var best = file;
        int bestWeight = AcceptedCodings.weight(accepted, "identity");
        for (var variant : file.variants()) {
            int weight = AcceptedCodings.weight(accepted, variant.coding());
            boolean isBetter = weight == bestWeight && variant.size() < best.size();
            if (weight > 0 && (weight > bestWeight || isBetter)) {
                best = variant;
                bestWeight = weight;
            }
        }
        return best;
    }

    /// Null if all of the file is to be sent.
    private static @Nullable List<ByteRanges.Part> parts(Headers headers, StoredFile file) {
        var fields = headers.fields();
        int at = fields.find("Range", 0);
        if (at < 0
                || fields.find("Range", at + 1) >= 0
                || !Preconditions.isRangeWanted(headers, file.tag(), file.modifiedSecond())) {
            return null;
        }
        return ByteRanges.of(fields.value(at), file.size(), MOST_RANGES);
    }

    private @Nullable Response whole(
            Request request,
            String name,
            StoredFile file,
            StoredFile variant,
            byte @Nullable [] read)
            throws IOException {
        var kept = variant.kept();
        if (kept != null) {
            return kept.whole();
        }
        var ok = Response.of(200).headers(variant.headers());
        var content = read;
        if (content == null && variant.isSmall()) {
            content = offload.<byte @Nullable [], IOException>call(variant::read);
            if (content == null) {
                return null;
            }
        } else if (content == null
                && variant.size() <= LARGEST_KEPT
                && !isSent(request)
                && cache.takes(variant.size())
                && variant.beginRead()) {
            try {
                content = offload.<byte @Nullable [], IOException>call(variant::read);
            } finally {
                variant.endRead();
            }
        }
        if (content == null) {
            var all = new FileStream.Piece("", 0, variant.size());
            return stream(request, ok, variant, List.of(all), variant.size());
        }
        var whole = ok.body(content);
        if (variant.isKeepable()) {
            cache.keep(
                    name,
                    file,
                    variant,
                    new StoredFile.Kept(new ResponseBody.Bytes(content), whole));
        }
        return whole;
    }

    private @Nullable Response partial(
            Request request, StoredFile file, List<ByteRanges.Part> parts, byte @Nullable [] read)
            throws IOException {
        if (parts.isEmpty()) {
            return settings.text(416, "the file has %d bytes".formatted(file.size()))
                    .header("Content-Range", "bytes */" + file.size());
        }
        var partial = PartialContent.of(parts, file.headers(), file.size());
        var response = Response.of(206).headers(partial.headers());
        long length = partial.length();
        var kept = file.kept();
        var content = read == null && kept != null ? kept.content().bytes() : read;
        return content == null
                ? stream(request, response, file, partial.pieces(), length)
                : response.body(out -> partial.write(out, content), length);
    }

    private @Nullable Response stream(
            Request request,
            Response response,
            StoredFile file,
            List<FileStream.Piece> pieces,
            long length)
            throws IOException {
        var stream = new FileStream(file, offload, streams, pieces);
        boolean isThere = false;
        try {
            isThere = isSent(request) || stream.open(); // else it is opened when it is sent
            return isThere ? response.body(stream, length) : null;
        } finally {
            if (!isThere) {
                stream.close();
            }
        }
    }

    /// Whether the kernel sends what is too large to be read as a whole.
    private static boolean isSent(Request request) {
        return request.timedSocket().sendsFiles();
    }
}
