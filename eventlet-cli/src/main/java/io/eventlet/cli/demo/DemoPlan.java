// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.demo;

import java.time.Duration;

/// How big the demonstration is.
///
/// @param pages how many pages the site has
/// @param feeds how many feeds the site has
/// @param nearest how long the quickest answer of the site takes
/// @param farthest how long the slowest ordinary answer takes
/// @param limit when a client gives up on an answer
/// @param clientConcurrency how many pages the client fetches at once
/// @param dispatchLimit how many feeds all requests to the dispatcher together may ask for at once
/// @param requests how many requests the dispatcher gets at once
/// @param connections how many connections the server shall hold at once
/// @param thought how long a conversation with the server pauses
record DemoPlan(
        int pages,
        int feeds,
        Duration nearest,
        Duration farthest,
        Duration limit,
        int clientConcurrency,
        int dispatchLimit,
        int requests,
        int connections,
        Duration thought) {

    /// A plan with what is usual for everything else.
    ///
    /// @param latency how long an ordinary answer takes on average
    static DemoPlan of(int pages, int feeds, Duration latency, int connections) {
        return new DemoPlan(
                pages,
                feeds,
                latency.multipliedBy(2).dividedBy(3),
                latency.multipliedBy(4).dividedBy(3),
                latency.plusMillis(1350),
                100,
                60,
                3,
                connections,
                Duration.ofMillis(500));
    }

    /// The plan with no more at once than so many descriptors allow: a request has two in this
    /// process, one of the client and one of the site, and a feed has them of a request as well.
    DemoPlan within(long descriptors) {
        int most = Math.clamp(descriptors / 2 - 2L * requests, 1, Integer.MAX_VALUE);
        return new DemoPlan(
                pages,
                feeds,
                nearest,
                farthest,
                limit,
                Math.min(clientConcurrency, most),
                Math.min(dispatchLimit, most),
                requests,
                connections,
                thought);
    }
}
