// SPDX-License-Identifier: Apache-2.0
package io.eventlet.member;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.eventlet.GreenPool;
import io.eventlet.hub.Hub;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Permits and the members that get them, of which some cannot be started.
@Timeout(60)
class PermitsTest {
    private final Permits permits = Permits.of(new GreenPool(1));
    private final List<Object> steps = new ArrayList<>();

    /// A member that starts, or does not, and ends when it is told to.
    private final class Trial extends Member {
        private final String name;
        private final boolean canStart;

        Trial(String name, boolean canStart) {
            this.name = name;
            this.canStart = canStart;
        }

        @Override
        public void start() {
            if (!canStart) {
                throw new OutOfMemoryError(name);
            }
            steps.add(name);
        }

        void end() {
            leavePool();
        }

        @Override
        public boolean fail(Throwable error) {
            steps.add(error.getMessage() + " failed");
            leavePool();
            return true;
        }

        @Override
        public void startAfter(Duration delay) {
            start();
        }

        @Override
        public boolean cancel() {
            return false;
        }

        @Override
        public void kill() {}

        @Override
        public Hub hub() {
            return Hub.main();
        }

        @Override
        public Thread thread() {
            return Thread.currentThread();
        }

        @Override
        public void uncaughtException(Thread thread, Throwable error) {}

        @Override
        public String toString() {
            return name;
        }
    }

    private Trial begun(String name) {
        var member = new Trial(name, true);
        assertThat(permits.startWhenFree(member, null)).isNull();
        return member;
    }

    private void assertAllFree() {
        assertThat(permits.running()).isZero();
        assertThat(permits.members()).isEmpty();
        assertThat(permits.waiting()).isZero();
    }

    @Test
    void memberThatCannotBeStartedGivesBackThePermitThatWasTakenForIt() {
        assertThat(permits.take()).isTrue();

        assertThatExceptionOfType(OutOfMemoryError.class)
                .isThrownBy(() -> permits.start(new Trial("a", false)));

        assertAllFree();
    }

    @Test
    void memberThatCannotBeStartedAtOnceHasNoPermit() {
        assertThatExceptionOfType(OutOfMemoryError.class)
                .isThrownBy(() -> permits.startWhenFree(new Trial("a", false), null));

        assertAllFree();
    }

    @Test
    void memberThatCannotBeStartedInItsTurnFailsAndTheNextIsStarted() {
        var first = begun("first");
        permits.startWhenFree(new Trial("a", false), null);
        permits.startWhenFree(new Trial("b", false), null);
        var last = new Trial("last", true);
        permits.startWhenFree(last, null);

        first.end();

        assertThat(steps).containsExactly("first", "last", "a failed", "b failed");
        assertThat(permits.running()).isEqualTo(1);
        last.end();
        assertAllFree();
    }

    @Test
    void memberThatEndsIsToldNothingOfTheNextThatCannotBeStarted() {
        var first = begun("first");
        permits.startWhenFree(new Trial("a", false), null);

        first.end();

        assertThat(steps).containsExactly("first", "a failed");
        assertAllFree();
    }

    @Test
    void anyNumberOfMembersThatCannotBeStartedFailOnOneStack() {
        var first = begun("first");
        for (int i = 0; i < 20_000; i++) {
            permits.startWhenFree(new Trial("one", false), null);
        }

        first.end();

        assertThat(steps).hasSize(20_001);
        assertAllFree();
    }

    @Test
    void growingLetsInThoseBehindOneThatCannotBeStarted() {
        var first = begun("first");
        permits.startWhenFree(new Trial("a", false), null);
        var second = new Trial("second", true);
        permits.startWhenFree(second, null);

        permits.resize(2);

        assertThat(steps).containsExactly("first", "second", "a failed");
        first.end();
        second.end();
        assertAllFree();
    }

    @Test
    void permitThatIsLentToOneThatCannotBeStartedIsTheLendersAgain() {
        var lender = begun("lender");

        assertThatExceptionOfType(OutOfMemoryError.class)
                .isThrownBy(() -> permits.lend(new Trial("a", false)));

        assertThat(permits.running()).isEqualTo(1);
        lender.end();
        assertAllFree();
    }
}
