// SPDX-License-Identifier: Apache-2.0
package io.eventlet.wait;

import io.eventlet.os.VirtualThreads;

import org.jspecify.annotations.Nullable;

/// What somebody may leave with a thread, so that whoever runs on it next would meet it: values of
/// thread-locals, a limit on its waits, an interrupt, another name, class loader or handler.
///
/// Thread-locals cannot be seen without access to the JDK: then they count as left.
public final class Leftovers {
    private final Thread thread = Thread.currentThread();
    private final String name = thread.getName();
    private final @Nullable ClassLoader loader = thread.getContextClassLoader();
    private final @Nullable Strand strand = Strand.current();

    /// Of what comes from now on, on the calling thread.
    public Leftovers() {}

    /// Whether there are any, or may be.
    public boolean areThere() {
        return Waits.isCancelled()
                || strand == null
                || Strand.current() != strand
                || strand.isLimited()
                || VirtualThreads.mayHaveLocals(thread)
                || thread.getContextClassLoader() != loader
                || !thread.getName().equals(name);
    }
}
