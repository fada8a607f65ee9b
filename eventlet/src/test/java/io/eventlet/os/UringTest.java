// SPDX-License-Identifier: Apache-2.0
package io.eventlet.os;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.util.HashMap;

@Tag("hub-only")
@Timeout(60)
@ExtendWith(NoLeaks.class)
class UringTest {
    private static final int POLLIN = 1;

    @Test
    void whyThereIsNoRingIsSaidForThoseWhoCanChangeIt() {
        assertThat(Uring.problem(Errno.EPERM)).contains("kernel.io_uring_disabled", "seccomp");
        assertThat(Uring.problem(Errno.ENOSYS)).contains("without io_uring");
        assertThat(Uring.problem(Errno.EINVAL)).contains("Linux 6.1", "this is ");
        assertThat(Uring.problem(Errno.ENOMEM)).contains(Errno.message(Errno.ENOMEM));
    }

    @Test
    void aRequestIsCompletedWithItsData() {
        var pipe = new int[2];
        Pipes.open(pipe);
        try (var ring = Uring.open(8, 16)) {
            ring.enable();
            Pipes.write(pipe[1], new byte[1], 0, 1);

            ring.poll(pipe[0], POLLIN, 0, 42);
            ring.await(-1);

            assertThat(ring.completed()).isEqualTo(1);
            assertThat(ring.data()).isEqualTo(42);
            assertThat(ring.result() & POLLIN).isEqualTo(POLLIN);
            ring.advance();
            assertThat(ring.completed()).isZero();
        } finally {
            Sockets.close(pipe[0]);
            Sockets.close(pipe[1]);
        }
    }

    @Test
    void aWaitEndsAtItsLimit() {
        try (var ring = Uring.open(8, 16)) {
            ring.enable();
            assertThat(ring.await(1_000_000)).isNegative();
            assertThat(ring.completed()).isZero();
        }
    }

    @Test
    void aCancelledRequestSaysSo() {
        var pipe = new int[2];
        Pipes.open(pipe);
        try (var ring = Uring.open(8, 16)) {
            ring.enable();
            ring.poll(pipe[0], POLLIN, Uring.EDGES, 42);
            ring.await(0);

            assertThat(ring.cancel(42, 43)).isTrue();

            var told = new HashMap<Long, Integer>();
            for (; ring.completed() > 0; ring.advance()) {
                assertThat(ring.flags() & Uring.MORE).isZero();
                told.put(ring.data(), ring.result());
            }
            assertThat(told).containsEntry(42L, -Errno.ECANCELED).containsEntry(43L, 0);
        } finally {
            Sockets.close(pipe[0]);
            Sockets.close(pipe[1]);
        }
    }

    @Test
    void aRequestThatIsWithdrawnDoesNothing() {
        var pipe = new int[2];
        Pipes.open(pipe);
        try (var ring = Uring.open(8, 16)) {
            ring.enable();
            int place = ring.place();
            ring.poll(pipe[0], POLLIN, 0, 42);
            assertThat(ring.hasTaken(place)).isFalse();

            ring.withdraw(place, 43);
            ring.await(-1);

            assertThat(ring.hasTaken(place)).isTrue();
            assertThat(ring.data()).isEqualTo(43);
            assertThat(ring.completed()).isOne();
        } finally {
            Sockets.close(pipe[0]);
            Sockets.close(pipe[1]);
        }
    }
}
