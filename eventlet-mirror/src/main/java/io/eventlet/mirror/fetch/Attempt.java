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

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/// The download of one URL, once: the rest of what has come of it before, or all of it.
final class Attempt {
    private static final int PARTIAL = 206;
    private static final int NOT_MODIFIED = 304;
    private static final int NO_SUCH_RANGE = 416;
    private static final int MOST_OF_ERROR = 1 << 20; // of a page that says what is wrong

    private final HttpClient client;
    private final Place place;
    private final Disk disk;
    private final long most;
    private final long piece;
    private final HttpUrl url;
    private final PartFile part;
    private final Transfer transfer;
    private final Handling handling;
    private Checking checking = Checking.ofNothing(); // as the last answer has it
    private boolean inPieces = true; // unless there was a doubt

    /// What all attempts of one [Download] have in common.
    ///
    /// @param most how many bytes a file may have at most
    /// @param piece how many of a large file are asked for at once
    record Means(HttpClient client, Place place, Disk disk, long most, long piece) {}

    Attempt(Means means, HttpUrl url, PartFile part, Transfer transfer, Handling handling) {
        client = means.client;
        place = means.place;
        disk = means.disk;
        most = means.most;
        piece = means.piece;
        this.url = url;
        this.part = part;
        this.transfer = transfer;
        this.handling = handling;
    }

    /// @param known the version of the file that is there from an earlier run
    Fetched run(Version known) throws IOException {
        if (part.isBegun()) {
            var rest = handling.archive() == null ? rest() : null;
            if (rest != null) {
                return rest;
            }
            disk.delete(part);
        }
        var fetched = afresh(known);
        if (fetched == null) { // a piece was not of the same file
            disk.delete(part);
            inPieces = false;
            fetched = Objects.requireNonNull(afresh(known));
        }
        return fetched;
    }

    private ClientResponse send(ClientRequest request) throws IOException {
        var response = client.send(handling.request(request));
        handling.answered(response);
        return response;
    }

    /// Null if it cannot be fetched in pieces.
    private @Nullable Fetched afresh(Version known) throws IOException {
        var plain = request(url);
        var request = conditional(plain, known);
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
                                part.version(), part.checksum(), part.length(), part.scattered()));
        long from = begun.length();
        if (from == 0) {
            return null;
        }
        var version = begun.version();
        if (begun.there() != null) {
            checking = Checking.ofRest(null, begun.checksum());
            return pieces(version, begun.there());
        }
        // A server has no range behind the last byte: that one is asked for again where all have
        // come
        // and the process was killed before the file got its name. The answer says of which type it
        // is.
        long first = from == version.length() ? from - 1 : from;
        var request =
                request(url)
                        .header("Range", "bytes=" + first + "-")
                        .header("If-Range", Objects.requireNonNull(version.strong()));
        try (var response = send(request)) {
            if (response.status() == NO_SUCH_RANGE) {
                return null;
            }
            if (response.status() != PARTIAL) {
                return whole(response);
            }
            var range = ContentRange.of(response.headers().get("Content-Range"));
            if (range == null || !range.isRestFrom(first) || isOtherLength(response, range)) {
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
            long received = first < from ? 0 : appendRest(response, length - from);
            checking = checking.orBy(response.trailers(), false, false);
            return disk.finish(
                    handling.file(place, url), part, version, length, received, checking);
        }
    }

    private long appendRest(ClientResponse response, long length) throws IOException {
        var body = handling.body(response);
        long received = append(body, new Incoming(length, transfer), length);
        if (response.length() < 0) {
            var ignored = body.read(); // the end, and what comes behind it
        }
        return received;
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
        return disk.finish(
                handling.file(place, url),
                part,
                version,
                length,
                before + segments.received(),
                checking);
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
        if (!isPage) {
            ensureName();
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
            body = new PrefixedBody(page, next, body);
        }
        boolean ranges =
                response.headers().get("Accept-Ranges", "").strip().equalsIgnoreCase("bytes");
        return file(response, body, version, length, ranges);
    }

    /// Throws if the file cannot have its name; nothing of it is kept then.
    private void ensureName() throws IOException {
        try {
            var ignored = handling.file(place, url);
        } catch (IOException e) {
            forgetPart();
            throw e;
        }
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
            ClientResponse response, InputStream body, Version version, long length, boolean ranges)
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
            return disk.store(
                    handling.file(place, url),
                    part,
                    version,
                    incoming.bytes(),
                    count,
                    checking.orBy(response.trailers(), true, true),
                    true);
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
        checking = checking.orBy(response.trailers(), true, false);
        return disk.finish(handling.file(place, url), part, version, length, received, checking);
    }

    /// Fetches what follows the first bytes by this stream and others; null if there is a doubt.
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
                if (incoming.count() > 0) {
                    var handover = incoming.handOver(body, limit - received);
                    disk.append(part, handover, checking);
                    received += handover.written();
                    incoming.resume(handover);
                    ended |= handover.isEnded();
                }
            }
        } catch (Throwable e) {
            keep(e, null, incoming);
            throw e;
        }
        return received;
    }

    /// Keeps what has come. If the disk takes no more, that is what has happened, but to a thread
    /// that was killed: that has it with the reason.
    private void keep(Throwable reason, @Nullable Version begun, Incoming incoming)
            throws DiskFailure {
        if (begun != null && begun.strong() == null) {
            return; // it cannot be gone on from
        }
        try {
            disk.keep(part, begun, incoming.bytes(), incoming.taken(), checking);
        } catch (IOException e) {
            var full = new DiskFailure(e);
            if (reason instanceof IOException && !(reason instanceof DiskFailure)) {
                full.addSuppressed(reason);
                throw full;
            }
            reason.addSuppressed(full);
        }
    }

    static ClientRequest request(HttpUrl url) {
        return ClientRequest.of("GET", url)
                .header("Accept-Encoding", "identity") // for the bytes as the server has them
                .redirects(0);
    }

    private ClientRequest conditional(ClientRequest request, Version known) throws IOException {
        if (known.length() < 0) {
            return request;
        }
        var file = handling.known(place, url);
        if (file == null || !disk.has(file, known.length())) {
            return request;
        }
        if (!known.etag().isEmpty()) {
            return request.header("If-None-Match", known.etag());
        }
        return known.lastModified().isEmpty()
                ? request
                : request.header("If-Modified-Since", known.lastModified());
    }
}
