// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

/// What was awaited has failed: the cause is what it threw, or what was sent to an [Event].
///
/// The stack trace is of the thread that waited, that of the cause is of the one that failed. A
/// thread that was killed has a [GreenThreadKilled] as its cause.
public final class TaskFailed extends RuntimeException {
    private static final long serialVersionUID = 1;

    TaskFailed(String what, Throwable cause) {
        super(what + ": " + cause, cause);
    }
}
