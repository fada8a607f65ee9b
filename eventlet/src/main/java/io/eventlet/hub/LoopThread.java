// SPDX-License-Identifier: Apache-2.0
package io.eventlet.hub;

import io.eventlet.poll.AlarmClock;
import io.eventlet.poll.Network;
import io.eventlet.wait.Carrier;
import io.eventlet.wait.Clock;

import org.jspecify.annotations.Nullable;

import java.util.random.RandomGenerator;

/// A platform thread that turns the loop of a hub.
final class LoopThread extends Carrier {
    final HubLoop loop;

    LoopThread(HubLoop loop, String name, Runnable body) {
        super(body, name);
        this.loop = loop;
    }

    @Override
    public Clock clock() {
        return loop.clock();
    }

    @Override
    public long polledAt() {
        return loop.polledAt();
    }

    @Override
    public @Nullable AlarmClock alarmClock() {
        return loop.carrier() == this && loop.isOnSystemClock() ? loop : null;
    }

    @Override
    public @Nullable Network network() {
        return loop.carrier() == this ? loop.poller : null;
    }

    @Override
    public RandomGenerator random() {
        return loop.hub().random();
    }

    boolean isTimedByHubClock() {
        return takeHubClock();
    }
}
