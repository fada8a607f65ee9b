// SPDX-License-Identifier: Apache-2.0
package io.eventlet.os;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;

/// A platform thread that carries virtual threads and owns the memory of their system calls.
public class CarrierThread extends Thread {
    private static final Path PROC = Path.of("/proc");

    final CallState callState = new CallState();
    private volatile @Nullable Path facts; // the kernel's directory of them for this thread
    private volatile @Nullable BitSet processors; // that it is confined to
    private final boolean isFromConfined; // it begins with the processors of who made it

    @SuppressWarnings("this-escape") // setDaemon is final
    public CarrierThread(Runnable body, String name) {
        super(null, body, name, 0, false);
        setDaemon(true);
        isFromConfined =
                VirtualThreads.currentCarrier() instanceof CarrierThread maker
                        && maker.processors != null;
    }

    @Override
    public void run() {
        try {
            facts = PROC.resolve(Files.readSymbolicLink(PROC.resolve("thread-self")));
        } catch (IOException | RuntimeException e) {
            // then nothing is known
        }
        try {
            confineSelf();
            super.run();
        } finally {
            facts = null; // its number may become another thread's
        }
    }

    private void confineSelf() {
        var chosen = processors;
        if (chosen == null && isFromConfined) {
            chosen = Processors.available();
        }
        if (chosen != null) {
            int ignored = Processors.confine(0, chosen);
        }
    }

    /// Has it run on the given processors only: at once, or as soon as it begins. Returns 0, or
    /// `-errno`.
    public int confine(BitSet chosen) {
        processors = chosen; // first: if it has not begun, it looks after it can be found
        var known = facts;
        return known == null
                ? 0
                : Processors.confine(Integer.parseInt(known.getFileName().toString()), chosen);
    }

    /// For how many nanoseconds in all it could have run and had no processor; 0 where the kernel
    /// does not count that. Reads a file, so it is not for a thread of a hub.
    public long nanosWithoutProcessor() {
        try {
            String counts = read("schedstat"); // with one, without one, how often it had one
            int begin = counts.indexOf(' ') + 1;
            return Long.parseLong(counts, begin, counts.indexOf(' ', begin), 10);
        } catch (IOException | RuntimeException e) { // it has ended
            return 0;
        }
    }

    /// Whether the kernel waits for something before it lets it run; true where that is unknown.
    /// Reads a file, so it is not for a thread of a hub.
    public boolean isAsleep() {
        try {
            String status = read("stat"); // number, name in parentheses, state
            return status.charAt(status.lastIndexOf(')') + 2) != 'R';
        } catch (IOException | RuntimeException e) {
            return true;
        }
    }

    private String read(String fact) throws IOException {
        var directory = facts;
        if (directory == null) {
            throw new IOException("nothing is known of " + this);
        }
        return Files.readString(directory.resolve(fact));
    }
}
