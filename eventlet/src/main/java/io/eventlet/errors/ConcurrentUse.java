// SPDX-License-Identifier: Apache-2.0
package io.eventlet.errors;

/// Two threads read from, or wrote to, one socket at the same time.
///
/// The message names both; the stack trace of the thread that was there first is suppressed below.
public final class ConcurrentUse extends IllegalStateException {
    private static final long serialVersionUID = 1;

    /// The calling thread came second.
    ///
    /// @param operation what it wanted to do, such as `a read`
    /// @param first who does it already
    public ConcurrentUse(String operation, Object socket, Thread first) {
        super(
                "%s: %s is in %s already, and %s wants to as well; a socket has one reader and one writer"
                        .formatted(
                                socket,
                                describe(first),
                                operation,
                                describe(Thread.currentThread())));
        var there = new IllegalStateException("what " + describe(first) + " is doing");
        there.setStackTrace(first.getStackTrace());
        addSuppressed(there);
    }

    private static String describe(Thread thread) {
        String name = thread.getName();
        return name.isEmpty()
                ? "thread #" + thread.threadId()
                : "thread '" + name + "' #" + thread.threadId();
    }
}
