// SPDX-License-Identifier: Apache-2.0
package io.eventlet.hub;

/// What a hub has done so far and has at hand.
///
/// @param name the hub's name
/// @param mode which kind of hub it is
/// @param poller what moves the bytes of its sockets: `epoll`, or `jdk` in portable mode
/// @param live green threads that have begun and not ended
/// @param timers timers that are set; -1 in portable mode
/// @param turns turns of the loop; -1 in portable mode
/// @param tasks times a green thread was given the hub's thread; -1 in portable mode
/// @param takeovers times another thread took over from one that a pinned green thread held
public record HubStatistics(
        String name,
        Mode mode,
        String poller,
        long live,
        long timers,
        long turns,
        long tasks,
        long takeovers) {}
