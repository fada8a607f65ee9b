// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.server;

/// What a server does with connections beyond its limit.
public enum WhenFull {
    /// Does not accept them: they wait in the kernel until another connection ends.
    WAIT,

    /// Answers them with 503 and `Retry-After`, whatever they ask, and closes them.
    REFUSE
}
