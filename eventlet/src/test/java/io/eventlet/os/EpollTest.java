// SPDX-License-Identifier: Apache-2.0
package io.eventlet.os;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

@Tag("hub-only")
@Timeout(60)
class EpollTest {
    private final List<Integer> descriptors = new ArrayList<>();
    private final int epoll = opened(Epoll.create());
    private final Epoll.Events events = new Epoll.Events(8);

    @AfterEach
    void close() {
        descriptors.forEach(Sockets::close);
    }

    private int opened(int descriptor) {
        assertThat(descriptor).isPositive();
        descriptors.add(descriptor);
        return descriptor;
    }

    private int eventFd(long data) {
        int descriptor = opened(EventFd.create());
        assertThat(Epoll.add(epoll, descriptor, Epoll.EPOLLIN | Epoll.EPOLLET, data)).isZero();
        return descriptor;
    }

    private Map<Long, Integer> await(long nanos) {
        var found = new HashMap<Long, Integer>();
        int n = Epoll.await(epoll, events, nanos);
        assertThat(n).isNotNegative();
        for (int i = 0; i < n; i++) {
            found.put(events.data(i), events.mask(i));
        }
        return found;
    }

    /// The structure is packed on x86-64 and not on aarch64: all bits, and more than one of them.
    @Test
    void eventsCarryTheDataOfTheirDescriptors() {
        long[] data = {0x1122334455667788L, -1L, 0x7fffffff00000001L};
        for (long d : data) {
            assertThat(EventFd.signal(eventFd(d))).isEqualTo(8);
        }

        assertThat(await(0))
                .containsOnly(
                        Map.entry(data[0], Epoll.EPOLLIN),
                        Map.entry(data[1], Epoll.EPOLLIN),
                        Map.entry(data[2], Epoll.EPOLLIN));
    }

    @Test
    void everySignalIsAnEdgeAlthoughNobodyReads() {
        int descriptor = eventFd(7);

        for (int i = 0; i < 3; i++) {
            EventFd.signal(descriptor);
            assertThat(await(-1)).containsOnlyKeys(7L);
            assertThat(await(0)).isEmpty();
        }
    }

    @Test
    void waitsEndByThemselves() {
        eventFd(7);

        assertThat(await(1_000)).isEmpty();
        assertThat(await(2_000_000)).isEmpty();
    }

    @Test
    void whatWasRemovedIsNotHeardOf() {
        int descriptor = eventFd(7);
        EventFd.signal(descriptor);

        assertThat(Epoll.remove(epoll, descriptor)).isZero();

        assertThat(await(0)).isEmpty();
    }

    @Test
    void errorsAreNegative() {
        int descriptor = eventFd(7);

        assertThat(Epoll.add(epoll, descriptor, Epoll.EPOLLIN, 8)).isEqualTo(-Errno.EEXIST);
        assertThat(Epoll.remove(epoll, 9999)).isEqualTo(-Errno.EBADF);
        assertThat(Epoll.await(9999, events, 0)).isEqualTo(-Errno.EBADF);
    }
}
