// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.mirror;

import io.eventlet.mirror.crawl.MirrorEvent;
import io.eventlet.mirror.crawl.MirrorListener;
import io.eventlet.mirror.crawl.Trouble;
import io.eventlet.queue.GreenQueue;
import io.eventlet.queue.QueueClosed;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/// What happens in a run, on its way from those who fetch to the one who prints, who may be slow:
/// then they wait.
final class EventQueue implements MirrorListener, AutoCloseable {
    private static final int MOST = 1000;

    private final EventReport report;
    private final GreenQueue<MirrorEvent> events = GreenQueue.bounded(MOST);
    private final Set<Trouble> troubles = EnumSet.noneOf(Trouble.class); // guarded by this

    EventQueue(EventReport report) {
        this.report = report;
    }

    @Override
    public void on(MirrorEvent event) {
        if (event instanceof MirrorEvent.Failed failed) {
            synchronized (this) {
                troubles.add(failed.trouble());
            }
        }
        if (report.wants(event)) {
            events.put(event);
        }
    }

    /// The first of the troubles, in the order of their exit codes.
    synchronized Optional<Trouble> trouble() {
        return troubles.stream().findFirst();
    }

    /// Has everything printed, until the end of the run.
    void drain(Consumer<String> printer) {
        try {
            while (true) {
                printer.accept(report.line(events.get()));
            }
        } catch (QueueClosed e) {
            // all has been said
        }
    }

    @Override
    public void close() {
        events.close();
    }
}
