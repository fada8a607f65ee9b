// SPDX-License-Identifier: Apache-2.0
package io.eventlet.hub;

import io.eventlet.os.CarrierThread;

import org.jspecify.annotations.Nullable;

/// A platform thread that turns the loop of a hub.
final class LoopThread extends CarrierThread {
    final HubLoop loop;

    /// The thread it takes the loop over from; null for the first one.
    final @Nullable LoopThread relieved;

    LoopThread(HubLoop loop, String name, @Nullable LoopThread relieved) {
        super(loop::run, name);
        this.loop = loop;
        this.relieved = relieved;
    }
}
