// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.fetch;

import io.eventlet.http.client.ClientRequest;
import io.eventlet.http.client.ClientResponse;
import io.eventlet.http.client.HttpClient;
import io.eventlet.http.client.HttpUrl;
import io.eventlet.mirror.archive.WarcFiles;
import io.eventlet.mirror.checks.Checksum;
import io.eventlet.mirror.place.Place;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;

/// Downloads of files to where a [Place] has them: each is there whole, or as it was before.
///
/// What comes is written to a file on its way, and gets its name when all of it is there. A
/// download that has ended too early goes on where it was, if the server says by `ETag` or
/// `Last-Modified` which version it sends, and sends the rest of that version; whatever else it
/// answers costs a fresh download. What does not have the checksum that the server sends along
/// (`Repr-Digest`, `Content-Digest`, `Digest`, `Content-MD5`) is no file. Redirects are not
/// followed. Bodies are stored as they are sent, without decoding.
///
/// Thread-safe, except for two downloads of the same URL at the same time; one process at a time
/// downloads to a place. Files are written by threads of its own, which [#close] ends: a small one
/// costs its caller one wait.
public final class Download implements AutoCloseable {
    private static final int PARTIAL = 206;
    private static final int NOT_MODIFIED = 304;
    private static final int NO_SUCH_RANGE = 416;
    private static final int MOST_OF_ERROR = 1 << 20; // of a page that says what is wrong
    private static final int MOST_OF_PAGE = 16 << 20;
    private static final long PIECE = 8 << 20; // of a large file that is fetched in several

    private final HttpClient client;
    private final long most;
    private final Predicate<? super ClientResponse> pages;
    private final Disk disk;
    private final long piece;

    /// @param most how many bytes a file may have at most
    /// @param pages which answers are pages, to be kept in memory and in no file; one that is
    ///   larger than 16 MiB becomes a file all the same
    public Download(
            HttpClient client, Place place, long most, Predicate<? super ClientResponse> pages) {
        this(client, place, most, pages, PIECE);
    }

    Download(
            HttpClient client,
            Place place,
            long most,
            Predicate<? super ClientResponse> pages,
            long piece) {
        this.piece = piece;
        this.client = Objects.requireNonNull(client);
        this.most = most;
        this.pages = Objects.requireNonNull(pages);
        disk = new Disk(place);
    }

    /// Fetches a URL. Throws an `IOException` of the network, a `FileSystemException` of its file,
    /// a [DiskFailure] if nothing can be written, a [ChecksumMismatch]; what has come by then is
    /// where the next call for this URL goes on.
    ///
    /// @param known the version of the file that is there from an earlier run; [Version#UNKNOWN] if
    ///   it has to be fetched anyway
    public Fetched fetch(HttpUrl url, Version known) throws IOException {
        return fetch(url, known, new Transfer(url, new LongAdder()));
    }

    /// As [#fetch(HttpUrl, Version)], seen by those who have the transfer.
    public Fetched fetch(HttpUrl url, Version known, Transfer transfer) throws IOException {
        return fetch(
                url,
                known,
                transfer,
                new Handling() {
                    @Override
                    public int pageBytes(ClientResponse response) {
                        return pages.test(response) ? MOST_OF_PAGE : 0;
                    }
                });
    }

    /// As [#fetch(HttpUrl, Version, Transfer)], with somebody who is asked on the way, and says
    /// which answers are pages.
    public Fetched fetch(HttpUrl url, Version known, Transfer transfer, Handling handling)
            throws IOException {
        var part = disk.part(url);
        var recent = disk.recent(part);
        if (recent != null) {
            return recent;
        }
        var visit = new Visit(url, part, transfer, handling);
        if (part.isBegun()) {
            var rest = handling.archive() == null ? visit.rest() : null;
            if (rest != null) {
                return rest;
            }
            disk.delete(part);
        }
        var fetched = visit.afresh(known);
        if (fetched == null) { // a piece was not of the same file
            disk.delete(part);
            visit.inPieces = false;
            fetched = Objects.requireNonNull(visit.afresh(known));
        }
        return fetched;
    }

    static ClientRequest request(HttpUrl url) {
        return ClientRequest.of("GET", url)
                .header("Accept-Encoding", "identity") // for the bytes as the server has them
                .redirects(0);
    }

    private ClientRequest conditional(ClientRequest request, HttpUrl url, Version known)
            throws IOException {
        if (known.length() < 0 || !disk.has(url, known.length())) {
            return request;
        }
        if (!known.etag().isEmpty()) {
            return request.header("If-None-Match", known.etag());
        }
        return known.lastModified().isEmpty()
                ? request
                : request.header("If-Modified-Since", known.lastModified());
    }

    /// Makes a page that was in memory a file after all.
    public Fetched store(HttpUrl url, Fetched.Page page) throws IOException {
        return disk.store(
                url, page.version(), page.body(), page.body().length, Checking.ofNothing(), false);
    }

    // ---- what a kill may cost

    /// How many files have been stored of which [#settle] has not heard.
    public int unsettled() {
        return disk.unsettled();
    }

    /// Has what is known of stored files saved elsewhere, by `save`, which a thread for the disk
    /// calls; what was stored before the last such call is no longer remembered here then. Until
    /// then a file is known, after a kill, to be there, and is not fetched again.
    public void settle(Runnable save) throws IOException {
        disk.settle(save);
    }

    /// Forgets what an earlier process has stored: all is to be looked at again.
    public void forget() throws IOException {
        disk.forget();
    }

    /// Forgets what an earlier process has stored in another run, which somebody else may have
    /// ended; 0 is a run that nobody else begins.
    public void ofRun(long run) throws IOException {
        if (run != 0) {
            disk.ofRun(run);
        }
    }

    /// Ends the threads for the disk, when they have written what they have.
    @Override
    public void close() throws IOException {
        disk.close();
    }

    /// The download of one URL.
    private final class Visit {
        private final HttpUrl url;
        private final PartFile part;
        private final Transfer transfer;
        private final Handling handling;
        private Checking checking = Checking.ofNothing(); // as the last answer has it
        private boolean inPieces = true; // unless there was a doubt

        private Visit(HttpUrl url, PartFile part, Transfer transfer, Handling handling) {
            this.url = url;
            this.part = part;
            this.transfer = transfer;
            this.handling = handling;
        }

        private ClientResponse send(ClientRequest request) throws IOException {
            var response = client.send(handling.request(request));
            handling.answered(response);
            return response;
        }

        /// Null if it cannot be fetched in pieces.
        private @Nullable Fetched afresh(Version known) throws IOException {
            var plain = request(url);
            var request = conditional(plain, url, known);
            try (var response = send(request)) {
                if (response.status() != NOT_MODIFIED) {
                    return whole(response);
                }
                archive(response);
                return request == plain // then nobody has asked for that
                        ? new Fetched.Refused(NOT_MODIFIED, null)
                        : new Fetched.Unchanged();
            }
        }

        /// Archives an answer that has no file, and the beginning of its body.
        private void archive(ClientResponse response) throws IOException {
            if (handling.archive() != null) {
                archive(response, response.body().readNBytes(MOST_OF_ERROR));
            }
        }

        private void archive(ClientResponse response, byte[] body) throws IOException {
            var archive = handling.archive();
            if (archive != null) {
                disk.archive(archive, exchange(response), body);
            }
        }

        private static WarcFiles.Exchange exchange(ClientResponse response) {
            return WarcFiles.Exchange.of(response.request(), response, Instant.now());
        }

        /// Goes on from where the part ends; null if a fresh download is needed.
        private @Nullable Fetched rest() throws IOException {
            record Begun(
                    Version version,
                    @Nullable Checksum checksum,
                    long length,
                    @Nullable List<Gaps.Gap> there) {}
            var begun =
                    disk.call(() ->
                            new Begun(
                                    part.version(),
                                    part.checksum(),
                                    part.length(),
                                    part.scattered()));
            long from = begun.length();
            if (from == 0) {
                return null;
            }
            var version = begun.version();
            if (begun.there() != null) {
                checking = Checking.ofRest(null, begun.checksum());
                return pieces(version, begun.there());
            }
            var request =
                    request(url)
                            .header("Range", "bytes=" + from + "-")
                            .header("If-Range", Objects.requireNonNull(version.strong()));
            try (var response = send(request)) {
                if (response.status() == NO_SUCH_RANGE) {
                    return null;
                }
                if (response.status() != PARTIAL) {
                    return whole(response);
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
                    disk.delete(part);
                    return new Fetched.TooLarge(length);
                }
                transfer.begin(from, length);
                checking = Checking.ofRest(response.headers(), begun.checksum());
                long received =
                        append(
                                handling.body(response),
                                new Incoming(length - from, transfer),
                                length - from);
                return disk.finish(url, part, version, length, received, checking);
            }
        }

        /// Fetches the pieces that are missing; null if a fresh download is needed.
        private @Nullable Fetched pieces(Version version, List<Gaps.Gap> there) throws IOException {
            long length = version.length();
            if (length < 0 || length > most) {
                return null;
            }
            var gaps = new Gaps(length, there, piece);
            transfer.begin(length - gaps.missing(), length);
            var segments = segments(version, length, gaps);
            return segments.fetch(null, null, 0) ? finished(segments, version, length, 0) : null;
        }

        private Segments segments(Version version, long length, Gaps gaps) {
            return new Segments(client, disk, url, part, version, length, gaps, transfer, handling);
        }

        private Fetched finished(Segments segments, Version version, long length, long before)
                throws IOException {
            return disk.finish(url, part, version, length, before + segments.received(), checking);
        }

        private static boolean isOtherLength(ClientResponse response, ContentRange range) {
            return response.length() >= 0 && response.length() != range.last() - range.first() + 1;
        }

        private @Nullable Fetched whole(ClientResponse response) throws IOException {
            int status = response.status();
            if (status != 200) {
                archive(response);
            }
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
            int pageBytes = handling.pageBytes(response);
            boolean isPage = pageBytes > 0 && length <= pageBytes;
            if (length > most && !isPage) {
                forgetPart();
                return new Fetched.TooLarge(length);
            }
            var refusal = handling.refusal(response);
            if (refusal != null) {
                forgetPart();
                return new Fetched.Unwanted(refusal);
            }
            var version = Version.of(response.headers(), length);
            var body = handling.body(response);
            transfer.begin(0, length);
            checking = Checking.of(response.headers(), true);
            if (isPage) {
                var page = body.readNBytes(pageBytes);
                int next = page.length < pageBytes ? -1 : body.read();
                if (next < 0) {
                    transfer.received(page.length);
                    archive(response, page);
                    var type = response.headers().get("Content-Type", "");
                    forgetPart();
                    return new Fetched.Page(type, page, version);
                }
                var begun = new byte[] {(byte) next};
                body =
                        new SequenceInputStream(
                                new ByteArrayInputStream(page),
                                new SequenceInputStream(new ByteArrayInputStream(begun), body));
            }
            boolean ranges =
                    response.headers().get("Accept-Ranges", "").strip().equalsIgnoreCase("bytes");
            return file(response, body, version, length, ranges);
        }

        private void forgetPart() throws IOException {
            if (part.isBegun()) {
                disk.delete(part);
            }
        }

        private static Fetched redirected(HttpUrl from, String to, int status) {
            try {
                return new Fetched.Redirected(from.resolve(to));
            } catch (IllegalArgumentException e) { // to file:, or to nothing at all
                return new Fetched.Refused(status, null);
            }
        }

        private @Nullable Fetched file(
                ClientResponse response,
                InputStream body,
                Version version,
                long length,
                boolean ranges)
                throws IOException {
            var archive = handling.archive();
            long limit = most == Long.MAX_VALUE ? most : most + 1;
            var incoming = new Incoming(length, transfer);
            boolean ended;
            try {
                ended = incoming.fill(body, limit);
            } catch (Throwable e) { // a kill, too
                keep(e, version, incoming);
                throw e;
            }
            if (ended) { // all of it is in memory
                int count = incoming.count();
                if (length >= 0 && count != length) {
                    throw new EOFException("%d bytes of %d".formatted(count, length));
                }
                if (archive != null) {
                    archive(response, Arrays.copyOf(incoming.bytes(), count));
                }
                return disk.store(url, version, incoming.bytes(), count, checking, true);
            }
            long received = incoming.count();
            disk.begin(part, version, incoming.bytes(), incoming.taken(), checking);
            if (ranges
                    && inPieces
                    && archive == null
                    && version.strong() != null
                    && length > 2 * piece) {
                return pieces(response, body, version, length, received);
            }
            received += append(body, incoming, limit - received);
            if (received > most) {
                disk.delete(part);
                return new Fetched.TooLarge(-1);
            }
            if (archive != null) {
                disk.archive(archive, exchange(response), part);
            }
            return disk.finish(url, part, version, length, received, checking);
        }

        /// Fetches what follows the first bytes by this stream and others; null if there is a
        /// doubt.
        private @Nullable Fetched pieces(
                ClientResponse response, InputStream body, Version version, long length, long there)
                throws IOException {
            disk.scatter(part, there);
            var gaps = new Gaps(length, List.of(new Gaps.Gap(0, there)), piece);
            var segments = segments(version, length, gaps);
            checking = checking.atTheEnd();
            return segments.fetch(response, body, there)
                    ? finished(segments, version, length, there)
                    : null;
        }

        /// Adds a body, up to so many bytes, to the part, and returns how many there were.
        private long append(InputStream body, Incoming incoming, long limit) throws IOException {
            long received = 0;
            try {
                boolean ended = false;
                while (!ended && received < limit) {
                    ended = incoming.fill(body, limit - received);
                    received += incoming.count();
                    if (incoming.count() > 0) {
                        disk.append(part, incoming.bytes(), incoming.taken(), checking);
                    }
                }
            } catch (Throwable e) {
                keep(e, null, incoming);
                throw e;
            }
            return received;
        }

        private void keep(Throwable reason, @Nullable Version begun, Incoming incoming) {
            if (begun != null && begun.strong() == null) {
                return; // it cannot be gone on from
            }
            try {
                disk.keep(part, begun, incoming.bytes(), incoming.taken(), checking);
            } catch (IOException e) {
                reason.addSuppressed(e);
            }
        }
    }
}
