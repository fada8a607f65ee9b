// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.frontier;

/// What a worker finds when it begins.
public enum Beginning {
    /// A run that it has begun.
    NEW,
    /// One that has not ended, in which it takes part.
    GOES_ON,
    /// One that has ended, and is not begun again.
    ENDED
}
