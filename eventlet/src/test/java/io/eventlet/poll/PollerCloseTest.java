// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.eventlet.os.Sockets;
import io.eventlet.os.UnixSockets;
import io.eventlet.testing.Until;
import io.eventlet.testing.junit.NoLeaks;
import io.eventlet.wait.Waits;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.util.concurrent.FutureTask;

@Tag("hub-only")
@Timeout(60)
@ExtendWith(NoLeaks.class)
class PollerCloseTest {
    private final int[] both = new int[2];
    private ReadinessPoller poller;

    /// One for whose end there is not enough memory.
    private record PoorSet(DescriptorSet set) implements DescriptorSet {
        @Override
        public String name() {
            return set.name();
        }

        @Override
        public boolean tellsExceptions() {
            return set.tellsExceptions();
        }

        @Override
        public int add(int descriptor, long token, boolean exclusive) {
            return set.add(descriptor, token, exclusive);
        }

        @Override
        public int remove(int descriptor) {
            return set.remove(descriptor);
        }

        @Override
        public int arm(int descriptor, boolean readable, boolean writable) {
            return set.arm(descriptor, readable, writable);
        }

        @Override
        public void await(long nanos, Listener listener) {
            set.await(nanos, listener);
        }

        @Override
        public void wakeup() {
            set.wakeup();
        }

        @Override
        public void close() {
            set.close();
            throw new OutOfMemoryError("as asked");
        }
    }

    @BeforeEach
    void open() throws IOException {
        assertThat(UnixSockets.pair(both)).isNotNegative();
        poller = new ReadinessPoller(new PoorSet(EpollSet.open()), Waits.PARKING, () -> null);
    }

    @AfterEach
    void closeAll() {
        poller.close();
        Sockets.close(both[0]);
        Sockets.close(both[1]);
    }

    private FutureTask<Parking.Outcome> waiting(PolledDescriptor of) {
        var task = new FutureTask<>(() -> of.awaitInput(PolledDescriptor.NEVER));
        Until.waiting(Thread.ofPlatform().daemon().start(task));
        return task;
    }

    @Test
    void whoWaitsIsWokenThoughTheSetFailsWhenItIsClosed() throws Exception {
        var waiting = waiting(new DescriptorUnix(poller, both[0]));

        assertThatThrownBy(() -> poller.close()).isInstanceOf(OutOfMemoryError.class);

        assertThat(waiting.get()).isEqualTo(Parking.Outcome.UNPARKED);
    }
}
