// SPDX-License-Identifier: Apache-2.0
package io.eventlet.hub;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// What a hub holds at one moment.
///
/// @param live the green threads that have begun
/// @param ready what is in the run queue
/// @param timers those that are set
/// @param unbegun green threads that were started and have not begun, where they cannot be listed
/// @param descriptors how many its poller watches; -1 if that is not known
/// @param stalls how many the watchdog has seen
/// @param running what the hub was in when it did not answer
/// @param stack what the hub's thread was doing when it did not answer; null if it did
record HubSnapshot(
        HubStatistics statistics,
        List<HubStrand> live,
        List<Runnable> ready,
        List<Timer> timers,
        long unbegun,
        int descriptors,
        long stalls,
        @Nullable Thread running,
        @Nullable List<StackTraceElement> stack) {}
