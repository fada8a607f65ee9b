// SPDX-License-Identifier: Apache-2.0
package io.eventlet.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.Eventlet;
import io.eventlet.GreenThread;
import io.eventlet.testing.Until;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.Semaphore;

@Timeout(60)
class HubStatisticsTest {
    private final Hub hub = Hub.start("counted");

    @AfterEach
    void close() {
        hub.close();
    }

    @Test
    void sayWhichHubItIs() {
        var statistics = hub.statistics();

        assertThat(statistics.name()).isEqualTo("counted");
        assertThat(statistics.mode()).isEqualTo(hub.mode());
        assertThat(statistics.poller()).isEqualTo(hub.poller());
        String chosen = System.getProperty("eventlet.hub", "epoll");
        assertThat(hub.poller()).isEqualTo(hub.mode() == Mode.HUB ? chosen : "jdk");
    }

    @Test
    void countWhoHasBegunAndNotEnded() {
        var sleepers = new ArrayList<GreenThread<?>>();
        for (int i = 0; i < 5; i++) {
            sleepers.add(Eventlet.spawnOn(hub, () -> Eventlet.sleep(Duration.ofDays(1))));
        }
        sleepers.forEach(Until::waiting);

        assertThat(hub.statistics().live()).isEqualTo(5);
        sleepers.forEach(GreenThread::kill);

        Until.holds(() -> hub.statistics().live() == 0);
    }

    /// It looks again and again, and each look is a turn that is given to nobody's thread.
    @Test
    @Tag("hub-only")
    void doNotCountTheLooksAtWhoCannotBeInterrupted() {
        var permits = new Semaphore(0);
        var killed = Eventlet.spawnOn(hub, () -> permits.acquireUninterruptibly());
        Until.waiting(killed);
        killed.kill();
        var interrupter = hub.interrupter();
        Until.holds(interrupter::isPausing);
        var before = hub.statistics();

        Until.holds(() -> hub.statistics().turns() > before.turns() + 3);

        var after = hub.statistics();
        assertThat(after.tasks()).isEqualTo(before.tasks());
        assertThat(after.timers()).isZero();
        permits.release();
        killed.join();
    }

    @Test
    @Tag("hub-only")
    void countTurnsTasksAndTimers() {
        var before = hub.statistics();
        var sleeper = Eventlet.spawnOn(hub, () -> Eventlet.sleep(Duration.ofDays(1)));
        Until.waiting(sleeper);

        var after = hub.statistics();

        assertThat(after.timers()).isEqualTo(1);
        assertThat(after.turns()).isGreaterThan(before.turns());
        assertThat(after.tasks()).isGreaterThan(before.tasks());
        assertThat(after.takeovers()).isZero();
    }

    @Test
    @Tag("portable-only")
    void knowNothingOfTheSchedulerOfTheJdk() {
        assertThat(hub.statistics().turns()).isEqualTo(-1);
        assertThat(hub.statistics().timers()).isEqualTo(-1);
    }
}
