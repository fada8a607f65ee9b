// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import io.eventlet.interleavings.LinearizableSpecification;

import org.jetbrains.lincheck.datastructures.Operation;

import java.time.Duration;

/// An event that is sent and reset.
public class EventModelTest extends LinearizableSpecification {
    private final Event<Integer> event = new Event<>();

    @Operation
    public boolean trySend(int value) {
        return event.trySend(value);
    }

    @Operation
    public int poll() {
        return event.poll(-1);
    }

    /// Stands in line for no time.
    @Operation
    public int awaitInNoTime() {
        try {
            return event.await(Duration.ZERO);
        } catch (LimitExpired e) {
            return -1;
        }
    }

    @Operation
    public boolean reset() {
        try {
            event.reset();
            return true;
        } catch (IllegalStateException e) {
            return false;
        }
    }

    @Operation
    public boolean isReady() {
        return event.isReady();
    }
}
