// SPDX-License-Identifier: Apache-2.0
package io.eventlet.resource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/// Items that are given back once.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class LeaseTest {
    private final AtomicInteger made = new AtomicInteger();
    private final List<Integer> destroyed = new ArrayList<>();

    private ResourcePool<Integer, RuntimeException> numbers(int max) {
        return ResourcePool.<Integer, RuntimeException>builder(made::incrementAndGet)
                .max(max)
                .destroy(destroyed::add)
                .open();
    }

    @Test
    void itemIsGivenBackOnceHoweverOftenItsLeaseIsClosed() {
        var pool = numbers(2);
        var lease = pool.item();

        lease.close();
        lease.close();
        lease.discard();

        assertThat(pool.idle()).isEqualTo(1);
        assertThat(pool.size()).isEqualTo(1);
        assertThat(destroyed).isEmpty();
    }

    @Test
    void leaseThatWasClosedDoesNotEndTheNextOneOfItsItem() {
        var pool = numbers(1);
        var first = pool.item();
        first.close();
        var second = pool.item();

        first.close();

        assertThat(pool.idle()).isZero();
        assertThat(second.get()).isEqualTo(1);
        assertThatIllegalStateException().isThrownBy(first::get);
        assertThat(first).hasToString("lease that has ended");
    }
}
