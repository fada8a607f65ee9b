// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.display;

import io.eventlet.cli.Terminal;

import org.jspecify.annotations.Nullable;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/// A board with a status at the foot of the terminal.
///
/// A thread of its own draws, so that neither the network nor the one who writes lines waits for
/// it. Nothing is drawn in the first moments: a run that is over by then shows no status and loads
/// no terminal library. Lines that go to the same terminal are gathered and written between two
/// drawings.
final class LiveBoard implements Board {
    private static final long FIRST_DRAWING_MILLIS = 300;
    private static final long TICK_MILLIS = 100;
    static final int MOST_GATHERED = 1000;

    private record Line(PrintWriter stream, String text) {}

    private final PrintWriter out;
    private final PrintWriter err;
    private final boolean outIsTerminal;
    private final Supplier<@Nullable StatusArea> opener;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition closing = lock.newCondition();
    private final List<Line> gathered = new ArrayList<>(); // guarded by lock
    private @Nullable StatusArea area; // guarded by lock
    private boolean closed; // guarded by lock
    private volatile Supplier<List<String>> status = List::of;

    private LiveBoard(
            Terminal terminal,
            PrintWriter out,
            PrintWriter err,
            Supplier<@Nullable StatusArea> opener) {
        this.opener = opener;
        this.outIsTerminal = terminal.isOutScreen();
        this.out = out;
        this.err = err;
    }

    static LiveBoard open(Terminal terminal, PrintWriter out, PrintWriter err) {
        return open(terminal, out, err, StatusArea::open);
    }

    /// A board with an area of the caller's, which is opened when it is needed; null if there is
    /// none.
    static LiveBoard open(
            Terminal terminal,
            PrintWriter out,
            PrintWriter err,
            Supplier<@Nullable StatusArea> opener) {
        var board = new LiveBoard(terminal, out, err, opener);
        Thread.ofPlatform().name("eventlet-status").daemon().start(board::draw);
        return board;
    }

    @Override
    public void line(String text) {
        if (outIsTerminal) {
            gather(new Line(out, text));
        } else {
            out.println(text);
        }
    }

    @Override
    public void note(String text) {
        gather(new Line(err, text));
    }

    @Override
    public void status(Supplier<List<String>> status) {
        this.status = status;
    }

    @Override
    public boolean isBroken() {
        return !outIsTerminal && out.checkError();
    }

    @Override
    public void close() {
        lock.lock();
        try {
            if (!closed) {
                closed = true;
                closing.signalAll();
                if (area != null) {
                    area.erase();
                    area.close();
                }
                writeGathered();
                out.flush();
            }
        } finally {
            lock.unlock();
        }
    }

    private void gather(Line line) {
        lock.lock();
        try {
            if (closed) {
                line.stream.println(line.text);
                return;
            }
            gathered.add(line);
            if (area == null) {
                writeGathered();
            } else if (gathered.size() >= MOST_GATHERED) {
                area.erase();
                writeGathered();
            }
        } finally {
            lock.unlock();
        }
    }

    private void writeGathered() {
        gathered.forEach(line -> line.stream.println(line.text));
        gathered.clear();
    }

    private void draw() {
        if (isClosedWithin(FIRST_DRAWING_MILLIS)) {
            return;
        }
        StatusArea opened = opener.get();
        if (opened == null) {
            return;
        }
        lock.lock();
        try {
            if (closed) {
                opened.close();
                return;
            }
            area = opened;
        } finally {
            lock.unlock();
        }
        do {
            List<String> lines = status.get();
            lock.lock();
            try {
                if (!closed) {
                    if (!gathered.isEmpty()) {
                        opened.erase();
                        writeGathered();
                    }
                    opened.show(lines);
                }
            } finally {
                lock.unlock();
            }
        } while (!isClosedWithin(TICK_MILLIS));
    }

    private boolean isClosedWithin(long millis) {
        lock.lock();
        try {
            long left = TimeUnit.MILLISECONDS.toNanos(millis);
            while (!closed && left > 0) {
                left = closing.awaitNanos(left);
            }
            return closed;
        } catch (InterruptedException _) {
            return true;
        } finally {
            lock.unlock();
        }
    }
}
