// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.fetch;

import io.eventlet.http.client.ClientRequest;
import io.eventlet.http.client.ClientResponse;
import io.eventlet.http.client.HttpClient;
import io.eventlet.http.client.HttpUrl;
import io.eventlet.mirror.place.Place;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;

/// Downloads of files to where a [Place] has them: each is there whole, or as it was before.
///
/// What comes is written to a file on its way, and gets its name when all of it is there. A
/// download that has ended too early goes on where it was, if the server says by `ETag` or
/// `Last-Modified` which version it sends, and sends the rest of that version; whatever else it
/// answers costs a fresh download. Redirects are not followed. Bodies are stored as they are sent,
/// without decoding.
///
/// Thread-safe, except for two downloads of the same URL at the same time. Files are written by the
/// calling thread.
public final class Download {
    private static final int PARTIAL = 206;
    private static final int NOT_MODIFIED = 304;
    private static final int NO_SUCH_RANGE = 416;
    private static final int CHUNK = 64 * 1024;
    private static final int MOST_OF_PAGE = 64 << 20;

    private final HttpClient client;
    private final Place place;
    private final long most;
    private final Predicate<? super ClientResponse> pages;

    /// @param most how many bytes a file may have at most
    /// @param pages which answers are pages, to be kept in memory and in no file; one that is
    ///   larger than 64 MiB becomes a file all the same
    public Download(
            HttpClient client, Place place, long most, Predicate<? super ClientResponse> pages) {
        this.client = Objects.requireNonNull(client);
        this.place = Objects.requireNonNull(place);
        this.most = most;
        this.pages = Objects.requireNonNull(pages);
    }

    /// Fetches a URL. Throws an `IOException` of the network, a `FileSystemException` of its file,
    /// a [DiskFailure] if nothing can be written; what has come by then is where the next call for
    /// this URL goes on.
    ///
    /// @param known the version of the file that is there from an earlier run; [Version#UNKNOWN] if
    ///   it has to be fetched anyway
    public Fetched fetch(HttpUrl url, Version known) throws IOException {
        return fetch(url, known, new Transfer(url, new LongAdder()));
    }

    /// As [#fetch(HttpUrl, Version)], seen by those who have the transfer.
    public Fetched fetch(HttpUrl url, Version known, Transfer transfer) throws IOException {
        var part = PartFile.of(place.own().resolve("parts"), url.toString());
        long from = part.length();
        if (from > 0) {
            var rest = rest(url, part, from, transfer);
            if (rest != null) {
                return rest;
            }
            part.delete();
        }
        try (var response = client.send(conditional(request(url), url, known))) {
            return response.status() == NOT_MODIFIED
                    ? new Fetched.Unchanged()
                    : whole(response, part, transfer);
        }
    }

    private static ClientRequest request(HttpUrl url) {
        return ClientRequest.of("GET", url)
                .header("Accept-Encoding", "identity") // for the bytes as the server has them
                .redirects(0);
    }

    /// Makes a page that was in memory a file after all.
    public Fetched store(HttpUrl url, Fetched.Page page) throws IOException {
        var part = PartFile.of(place.own().resolve("parts"), url.toString());
        try (var out = part.begin(page.version())) {
            out.write(page.body());
        }
        return stored(url, part, page.version(), page.body().length, page.body().length);
    }

    private ClientRequest conditional(ClientRequest request, HttpUrl url, Version known)
            throws IOException {
        var file = place.root().resolve(place.of(url));
        if (known.length() < 0
                || !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                || Files.size(file) != known.length()) {
            return request;
        }
        if (!known.etag().isEmpty()) {
            return request.header("If-None-Match", known.etag());
        }
        return known.lastModified().isEmpty()
                ? request
                : request.header("If-Modified-Since", known.lastModified());
    }

    /// Goes on from a byte; null if a fresh download is needed.
    private @Nullable Fetched rest(HttpUrl url, PartFile part, long from, Transfer transfer)
            throws IOException {
        var version = part.version();
        var request =
                request(url)
                        .header("Range", "bytes=" + from + "-")
                        .header("If-Range", Objects.requireNonNull(version.strong()));
        try (var response = client.send(request)) {
            if (response.status() == NO_SUCH_RANGE) {
                return null;
            }
            if (response.status() != PARTIAL) {
                return whole(response, part, transfer);
            }
            var range = ContentRange.of(response.headers().get("Content-Range"));
            if (range == null || !range.isRestFrom(from) || isOtherLength(response, range)) {
                return null;
            }
            var sent = Version.of(response.headers(), range.length());
            if (!version.isOfSame(sent)) {
                return null;
            }
            long length = range.last() + 1;
            if (length > most) {
                part.delete();
                return new Fetched.TooLarge(length);
            }
            transfer.begin(from, length);
            long received;
            try (var out = part.append()) {
                received = copy(response.body(), out, length - from, transfer);
            }
            return stored(url, part, version, length, received);
        }
    }

    private static boolean isOtherLength(ClientResponse response, ContentRange range) {
        return response.length() >= 0 && response.length() != range.last() - range.first() + 1;
    }

    private Fetched whole(ClientResponse response, PartFile part, Transfer transfer)
            throws IOException {
        int status = response.status();
        if (status / 100 == 3) {
            var to = response.headers().get("Location");
            return to == null
                    ? new Fetched.Refused(status, null)
                    : redirected(response.url(), to, status);
        }
        if (status != 200) {
            return new Fetched.Refused(status, response.headers().get("Retry-After"));
        }
        long length = response.length();
        boolean isPage = length <= MOST_OF_PAGE && pages.test(response);
        if (length > most && !isPage) {
            part.delete();
            return new Fetched.TooLarge(length);
        }
        var version = Version.of(response.headers(), length);
        var body = response.body();
        transfer.begin(0, length);
        if (isPage) {
            var page = body.readNBytes(MOST_OF_PAGE);
            int next = page.length < MOST_OF_PAGE ? -1 : body.read();
            if (next < 0) {
                var type = response.headers().get("Content-Type", "");
                part.delete();
                transfer.received(page.length);
                return new Fetched.Page(type, page, version);
            }
            var begun = new byte[] {(byte) next};
            body =
                    new SequenceInputStream(
                            new ByteArrayInputStream(page),
                            new SequenceInputStream(new ByteArrayInputStream(begun), body));
        }
        long received;
        try (var out = part.begin(version)) {
            received = copy(body, out, most == Long.MAX_VALUE ? most : most + 1, transfer);
        }
        if (received > most) {
            part.delete();
            return new Fetched.TooLarge(-1);
        }
        return stored(response.url(), part, version, length, received);
    }

    private static Fetched redirected(HttpUrl from, String to, int status) {
        try {
            return new Fetched.Redirected(from.resolve(to));
        } catch (IllegalArgumentException e) { // to file:, or to nothing at all
            return new Fetched.Refused(status, null);
        }
    }

    private Fetched stored(
            HttpUrl url, PartFile part, Version version, long expected, long received)
            throws IOException {
        var file = place.prepare(place.of(url));
        long length = part.finish(file, version, expected);
        return new Fetched.Stored(
                file,
                new Version(version.etag(), version.lastModified(), version.date(), length),
                length,
                received);
    }

    /// Copies a body up to so many bytes, and returns how many there were.
    private static long copy(InputStream body, OutputStream out, long most, Transfer transfer)
            throws IOException {
        var chunk = new byte[CHUNK];
        long copied = 0;
        while (copied < most) {
            int n = body.read(chunk, 0, (int) Math.min(chunk.length, most - copied));
            if (n < 0) {
                return copied;
            }
            try {
                out.write(chunk, 0, n);
            } catch (IOException e) {
                throw new DiskFailure(e);
            }
            copied += n;
            transfer.received(n);
        }
        return copied;
    }
}
