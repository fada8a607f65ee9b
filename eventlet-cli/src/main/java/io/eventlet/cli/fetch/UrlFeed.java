// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.fetch;

import io.eventlet.cli.process.FileTrouble;
import io.eventlet.queue.GreenQueue;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;

/// The URLs of several sources as one sequence for a green thread to draw from.
///
/// Reading a terminal, a pipe or a file blocks its thread, so a platform thread reads, a little
/// ahead of the one who draws and never further. What cannot be read ends the sequence; [#problem]
/// says why.
final class UrlFeed implements Iterator<String> {
    private static final int READ_AHEAD = 256;

    private final GreenQueue<Entry> entries = GreenQueue.bounded(READ_AHEAD);
    private volatile boolean stopped;
    private volatile @Nullable String problem;
    private @Nullable Entry next; // its one reader only

    UrlFeed(List<UrlSource> sources) {
        Thread.ofPlatform().name("eventlet-input").daemon().start(() -> readAll(sources));
    }

    /// Ends the sequence with what has been drawn so far.
    void stop() {
        stopped = true;
        entries.tryPut(new Entry.End());
    }

    /// Why a source could not be read to its end.
    Optional<String> problem() {
        return Optional.ofNullable(problem);
    }

    @Override
    public boolean hasNext() {
        if (next == null) {
            next = stopped ? new Entry.End() : entries.get();
        }
        return !stopped && next instanceof Entry.Url;
    }

    @Override
    public String next() {
        if (!hasNext() || !(next instanceof Entry.Url(String url))) {
            throw new NoSuchElementException();
        }
        next = null;
        return url;
    }

    private void readAll(List<UrlSource> sources) {
        for (UrlSource source : sources) {
            if (!readToEnd(source)) {
                break;
            }
        }
        entries.put(new Entry.End());
    }

    private boolean readToEnd(UrlSource source) {
        try {
            source.read(this::offer);
            return true;
        } catch (IOException e) {
            problem = "cannot read " + source.name() + ": " + FileTrouble.reason(e);
        } catch (RuntimeException | Error e) { // who draws would wait for ever
            problem = "cannot read " + source.name() + ": " + e;
        }
        return false;
    }

    private boolean offer(String url) {
        if (!stopped) {
            entries.put(new Entry.Url(url));
        }
        return !stopped;
    }

    /// What stands in the queue.
    private sealed interface Entry {
        record Url(String text) implements Entry {}

        record End() implements Entry {}
    }
}
