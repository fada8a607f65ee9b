// SPDX-License-Identifier: Apache-2.0
package io.eventlet.wait;

import java.util.Collection;

/// Something that threads wait for, and of which it is known who could end that.
///
/// What a thread parks on is shown in dumps; if it is one of these, the dump says who holds it, and
/// a cycle of waits is found.
public interface Held {
    /// The threads of which one has to do something before a wait can end. May take a lock for a
    /// moment.
    Collection<Thread> holders();

    /// Whether nobody else can end the wait, but by a kill or an interrupt: then threads of which
    /// each waits for the next are a deadlock, whatever others do. Not so where others may give
    /// back what a holder has, or could change how much there is, or end it all.
    default boolean isEndedByHoldersOnly() {
        return false;
    }

    /// Whether threads of no hub do it, and will have done it in a moment: a simulation waits for
    /// that, and lets no time pass meanwhile.
    default boolean isDoneOutside() {
        return false;
    }
}
