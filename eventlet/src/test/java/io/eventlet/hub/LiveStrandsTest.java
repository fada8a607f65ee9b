// SPDX-License-Identifier: Apache-2.0
package io.eventlet.hub;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LiveStrandsTest {
    private static final class TestStrand extends Strand {
        @Override
        public Thread thread() {
            return Thread.currentThread();
        }

        @Override
        public @Nullable Hub hub() {
            return null;
        }

        @Override
        public Interrupter interrupter() {
            return Interrupter.OF_OTHERS;
        }

        @Override
        public void uncaughtException(Thread thread, Throwable error) {
            throw new AssertionError(error);
        }
    }

    private final LiveStrands live = new LiveStrands();
    private final Strand a = new TestStrand();
    private final Strand b = new TestStrand();
    private final Strand c = new TestStrand();

    @Test
    void holdsWhoHasBegunAndNotEnded() {
        live.add(a);
        live.add(b);
        live.add(c);

        live.remove(b);

        assertThat(live.toList()).containsExactlyInAnyOrder(a, c);
        assertThat(live.count()).isEqualTo(2);
    }

    @Test
    void losesNobodyWhicheverEndsFirst() {
        live.add(a);
        live.add(b);
        live.add(c);

        live.remove(c);
        live.remove(a);
        assertThat(live.toList()).containsExactly(b);
        live.remove(b);

        assertThat(live.toList()).isEmpty();
        assertThat(live.count()).isZero();
    }

    /// News of a beginning can be overtaken by that of the end, when another thread sent it.
    @Test
    void whoHasEndedBeforeItsBeginningWasHeardOfStaysOut() {
        live.add(a);

        live.remove(b);
        live.add(b);

        assertThat(live.toList()).containsExactly(a);
        assertThat(live.count()).isEqualTo(1);
    }
}
