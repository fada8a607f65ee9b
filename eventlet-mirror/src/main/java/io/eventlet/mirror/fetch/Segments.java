// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.fetch;

import io.eventlet.Eventlet;
import io.eventlet.GreenThread;
import io.eventlet.http.client.ClientRequest;
import io.eventlet.http.client.ClientResponse;
import io.eventlet.http.client.HttpClient;
import io.eventlet.http.client.HttpUrl;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/// One large file by several requests at the same time, each for a piece of the same version.
///
/// The calling thread has a stream, or asks for pieces from the front; others ask for pieces from
/// the end, as long as they get leave, which they ask for anew for each piece. What comes is noted
/// beside the part, piece by piece, so that the next process knows what is missing. An answer that
/// is not exactly what was asked for is a doubt, and ends all of this for the file.
final class Segments {
    private static final int MOST_OTHERS = 15;

    private final HttpClient client;
    private final Disk disk;
    private final HttpUrl url;
    private final PartFile part;
    private final Version version;
    private final long length;
    private final Gaps gaps;
    private final Transfer transfer;
    private final Handling handling;
    private final List<GreenThread<?>> others = new ArrayList<>(); // calling thread only
    private final AtomicLong received = new AtomicLong();
    private final Set<ClientResponse> bodies = ConcurrentHashMap.newKeySet(); // of pieces
    private volatile boolean doubt;
    private volatile boolean stopped; // by a doubt, or at the end
    private volatile boolean tired; // a request of another has failed: no more of them

    Segments(
            HttpClient client,
            Disk disk,
            HttpUrl url,
            PartFile part,
            Version version,
            long length,
            Gaps gaps,
            Transfer transfer,
            Handling handling) {
        this.client = client;
        this.disk = disk;
        this.url = url;
        this.part = part;
        this.version = version;
        this.length = length;
        this.gaps = gaps;
        this.transfer = transfer;
        this.handling = handling;
    }

    /// How many bytes have come.
    long received() {
        return received.get();
    }

    /// Fetches what is missing; false if there is a doubt.
    ///
    /// @param first an answer with a stream that is at a byte of the file, and is read as long as
    ///   nobody else has taken what follows, and closed then; null if there is none
    boolean fetch(@Nullable ClientResponse first, @Nullable InputStream body, long at)
            throws IOException {
        try {
            if (first != null && body != null) {
                stream(body, at);
                first.close(); // before there is another request in its place
            }
            while (!stopped && !gaps.isClosed()) {
                var gap = gaps.takeFirst();
                if (gap == null) {
                    awaitOther();
                } else {
                    piece(gap, true);
                }
            }
            if (doubt) {
                endOthers();
            }
            return !doubt;
        } catch (IOException e) {
            endOthers();
            throw e;
        } finally {
            stopped = true;
            bodies.forEach(ClientResponse::close);
        }
    }

    /// Has the others end and waits for them, so that nobody writes when the part is someone
    /// else's.
    private void endOthers() {
        stopped = true;
        bodies.forEach(ClientResponse::close);
        others.forEach(GreenThread::join);
    }

    private void awaitOther() {
        others.removeIf(GreenThread::isDone);
        if (!others.isEmpty()) {
            others.getFirst().join();
        }
    }

    private void stream(InputStream body, long begin) throws IOException {
        long at = begin;
        for (var gap = gaps.takeAt(at); gap != null && !stopped; gap = gaps.takeAt(at)) {
            at = copy(body, gap, true);
            if (at < gap.to()) { // the stream has ended
                return;
            }
        }
    }

    /// Copies a body into a gap, and returns how far it came.
    private long copy(InputStream body, Gaps.Gap gap, boolean first) throws IOException {
        var incoming = new Incoming(gap.length(), transfer);
        long at = gap.from();
        try {
            boolean ended = false;
            while (!ended && at < gap.to() && !stopped) {
                ended = incoming.fill(body, gap.to() - at);
                if (incoming.count() > 0) {
                    var handover = incoming.handOver(body, gap.to() - at);
                    disk.write(part, at, handover);
                    at += handover.written();
                    received.addAndGet(handover.written());
                    incoming.resume(handover);
                    ended |= handover.isEnded();
                }
                if (first) {
                    askForMore();
                }
            }
            return at;
        } catch (Throwable e) { // a kill, too
            at += keep(e, at, incoming);
            throw e;
        } finally {
            gaps.ended(gap, at);
        }
    }

    private long keep(Throwable reason, long at, Incoming incoming) {
        int count = incoming.taken();
        try {
            if (count > 0) {
                try (var writer = part.writeAt(at)) {
                    writer.write(incoming.bytes(), count);
                }
            }
            return count;
        } catch (IOException e) {
            reason.addSuppressed(e);
            return 0;
        }
    }

    private void askForMore() {
        others.removeIf(GreenThread::isDone);
        if (tired || stopped || others.size() >= MOST_OTHERS || !gaps.hasSeveral()) {
            return;
        }
        var leave = handling.another();
        if (leave == null) {
            return;
        }
        var gap = gaps.takeLast();
        if (gap == null) {
            leave.run();
            return;
        }
        others.add(Eventlet.spawn(() -> other(gap, leave)));
    }

    private void other(Gaps.Gap gap, Runnable leave) {
        try {
            piece(gap, false);
        } catch (IOException e) {
            tired = true; // the first will see what is the matter, if it lasts
        } finally {
            leave.run();
        }
    }

    /// Asks for a piece and copies it.
    private void piece(Gaps.Gap gap, boolean first) throws IOException {
        boolean begun = false;
        try (var response = client.send(handling.request(request(gap)))) {
            if (!isExact(response, gap)) {
                if (response.status() >= 400 && response.status() != 416) {
                    throw new IOException("status " + response.status() + " for a part");
                }
                doubt = true;
                stopped = true;
                return;
            }
            begun = true;
            bodies.add(response);
            if (first) {
                handling.answered(response);
            }
            if (copy(handling.body(response), gap, first) < gap.to() && !stopped) {
                throw new IOException("a part has ended too early");
            }
        } finally {
            if (!begun) {
                gaps.ended(gap, gap.from());
            }
        }
    }

    private ClientRequest request(Gaps.Gap gap) {
        return Attempt.request(url)
                .header("Range", "bytes=%d-%d".formatted(gap.from(), gap.to() - 1))
                .header("If-Range", Objects.requireNonNull(version.strong()));
    }

    private boolean isExact(ClientResponse response, Gaps.Gap gap) {
        var range = ContentRange.of(response.headers().get("Content-Range"));
        return response.status() == 206
                && range != null
                && range.first() == gap.from()
                && range.last() == gap.to() - 1
                && (range.length() < 0 || range.length() == length)
                && (response.length() < 0 || response.length() == gap.length())
                && version.isOfSame(Version.of(response.headers(), range.length()));
    }
}
