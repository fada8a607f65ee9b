// SPDX-License-Identifier: Apache-2.0
package io.eventlet.benchmarks;

import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

import java.time.Duration;

/// What a pool or a map is given to do.
public enum Work {
    /// Adds one: all the time goes into the machinery.
    TRIVIAL(0) {
        @Override
        int apply(int item) {
            return item + 1;
        }

        @Override
        Mono<Integer> later(int item, Scheduler scheduler) {
            return Mono.fromCallable(() -> item + 1).subscribeOn(scheduler);
        }
    },

    /// Sleeps a millisecond first, as a fast neighbour's answer would take.
    SLEEP_1_MS(1) {
        @Override
        int apply(int item) throws InterruptedException {
            Thread.sleep(1);
            return item + 1;
        }

        @Override
        Mono<Integer> later(int item, Scheduler scheduler) {
            return Mono.delay(Duration.ofMillis(1), scheduler).map(_ -> item + 1);
        }
    };

    /// How long it sleeps, for Kotlin, which has a sleep of its own.
    final long millis;

    Work(long millis) {
        this.millis = millis;
    }

    abstract int apply(int item) throws InterruptedException;

    /// The same for Reactor, whose threads must not sleep.
    abstract Mono<Integer> later(int item, Scheduler scheduler);
}
