// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import io.eventlet.interleavings.LinearizableSpecification;

import org.jetbrains.lincheck.datastructures.Operation;

import java.time.Duration;
import java.util.OptionalInt;

/// An event that is sent and reset.
public class EventModelTest extends LinearizableSpecification {
    private final Event<Integer> event = new Event<>();

    public EventModelTest() {
        super(Plain.class);
    }

    /// A value, or none.
    public static class Plain {
        private OptionalInt value = OptionalInt.empty();

        public boolean trySend(int sent) {
            if (value.isPresent()) {
                return false;
            }
            value = OptionalInt.of(sent);
            return true;
        }

        public int poll() {
            return value.orElse(-1);
        }

        public int awaitInNoTime() {
            return poll();
        }

        public boolean reset() {
            boolean had = value.isPresent();
            value = OptionalInt.empty();
            return had;
        }

        public boolean isReady() {
            return value.isPresent();
        }
    }

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
