// SPDX-License-Identifier: Apache-2.0
package io.eventlet.foreign;

import io.eventlet.poll.ForeignDescriptor;
import io.eventlet.poll.Network;
import io.eventlet.wait.Carrier;

import org.jspecify.annotations.Nullable;

import java.io.IOException;

/// Waits of green threads for descriptors that are not ours, such as those of sockets of the JDK,
/// polled by the hub of the thread that waits.
///
/// Between [#begin] and [#end] the thread parks, and is unparked when the descriptor is ready.
/// Limits and kills end such a park as any other that is not ours.
public final class ForeignWaits {
    private ForeignWaits() {}

    /// Begins a wait of the calling thread. False if it is on no hub that polls descriptors: then
    /// somebody else has to. Does not block.
    public static boolean begin(int descriptor, boolean forWriting) throws IOException {
        var network = networkOfCaller();
        if (network == null) {
            return false;
        }
        var foreign = ForeignDescriptor.of(descriptor);
        return foreign != null && foreign.begin(network, forWriting);
    }

    /// Ends the wait that the calling thread began, ready or not. False if it began none here. Does
    /// not block.
    public static boolean end(int descriptor, boolean forWriting) {
        var foreign = ForeignDescriptor.known(descriptor);
        return foreign != null && foreign.end(networkOfCaller(), forWriting);
    }

    private static @Nullable Network networkOfCaller() {
        var carrier = Carrier.current();
        return carrier == null ? null : carrier.network();
    }

    /// Ends all such waits, for nothing: whoever still has to wait may do so elsewhere.
    public static void wakeAll() {
        ForeignDescriptor.wakeAll();
    }

    /// Whether a thread is in such a wait, and has not been woken. Looks at all waits there are.
    public static boolean isIn(Thread thread) {
        return ForeignDescriptor.isWaiting(thread);
    }
}
