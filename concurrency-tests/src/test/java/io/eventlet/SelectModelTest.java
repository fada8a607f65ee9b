// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import io.eventlet.interleavings.LinearizableSpecification;
import io.eventlet.queue.GreenQueue;

import org.jetbrains.lincheck.datastructures.Operation;

import java.time.Duration;
import java.util.OptionalInt;

/// Selects of what is the same to the caller, since which of several is done is drawn by lot: a
/// permit of either semaphore; and a queue of one item, into which it puts or from which it gets.
public class SelectModelTest extends LinearizableSpecification {
    private final GreenSemaphore one = new GreenSemaphore(1);
    private final GreenSemaphore two = new GreenSemaphore(0);
    private final GreenQueue<Integer> queue = GreenQueue.bounded(1);

    public SelectModelTest() {
        super(Plain.class);
    }

    /// Permits, whosever they are, and room for an item.
    public static class Plain {
        private int permits = 1;
        private OptionalInt item = OptionalInt.empty();

        public boolean takeEither() {
            if (permits == 0) {
                return false;
            }
            permits--;
            return true;
        }

        public boolean takeEitherInNoTime() {
            return takeEither();
        }

        public boolean takeOneOrEither() {
            return takeEither();
        }

        public void giveOne() {
            permits++;
        }

        public void giveTwo() {
            permits++;
        }

        public int putOrGet(int put) {
            return tryPut(put) ? -1 : tryGet();
        }

        public boolean tryPut(int put) {
            if (item.isPresent()) {
                return false;
            }
            item = OptionalInt.of(put);
            return true;
        }

        public int tryGet() {
            int got = item.orElse(-1);
            item = OptionalInt.empty();
            return got;
        }
    }

    @Operation
    public boolean takeEither() {
        return Select.<Boolean>firstOr(
                () -> false, one.onAcquire(() -> true), two.onAcquire(() -> true));
    }

    /// Stands in both lines for no time.
    @Operation
    public boolean takeEitherInNoTime() {
        try {
            return Select.<Boolean>first(
                    Duration.ZERO, two.onAcquire(() -> true), one.onAcquire(() -> true));
        } catch (LimitExpired e) {
            return false;
        }
    }

    /// The one without a lock, behind the back of who selects.
    @Operation
    public boolean takeOneOrEither() {
        return one.tryAcquire() || takeEither();
    }

    @Operation
    public void giveOne() {
        one.release();
    }

    @Operation
    public void giveTwo() {
        two.release();
    }

    @Operation
    public int putOrGet(int item) {
        return Select.<Integer>firstOr(
                () -> -2, queue.onPut(item, () -> -1), queue.onGet(got -> got));
    }

    @Operation
    public boolean tryPut(int item) {
        return queue.tryPut(item);
    }

    @Operation
    public int tryGet() {
        Integer item = queue.tryGet();
        return item == null ? -1 : item;
    }
}
