// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.postgresql;

import java.time.Duration;

/// How a [PostgresFrontier] is to be.
///
/// @param crawl the schema that has the tables; made if it is not there
/// @param worker what this one is called, in the tables, and no other that is at work; where it has
///   a [place of its own][io.eventlet.mirror.place.Place#ofWorker], the same name
/// @param limits of each host, over all workers: the same for all of them
/// @param batch how many URLs are claimed at once; those that are not wanted at once wait here
/// @param connections how many this worker has at most
/// @param patience for how long a database that cannot be reached is waited for
/// @param again whether a run that has ended is begun again
public record PostgresOptions(
        String crawl,
        String worker,
        HostLimits limits,
        int batch,
        int connections,
        Duration patience,
        boolean again) {
    private static final int USUAL_BATCH = 8;
    private static final int USUAL_CONNECTIONS = 8;
    private static final Duration USUAL_PATIENCE = Duration.ofMinutes(5);

    public PostgresOptions {
        Schema.ensureName(crawl);
        if (worker.isBlank() || worker.indexOf(0) >= 0) {
            throw new IllegalArgumentException("a worker needs a name");
        }
        if (batch < 1 || connections < 1) {
            throw new IllegalArgumentException(
                    "a batch and connections must be 1 or more: %d, %d"
                            .formatted(batch, connections));
        }
        if (patience.isNegative()) {
            throw new IllegalArgumentException("patience must not be negative: " + patience);
        }
    }

    /// The crawl `mirror`, the usual limits, eight connections, batches of eight, five minutes.
    public static PostgresOptions of(String worker) {
        return new PostgresOptions(
                "mirror",
                worker,
                HostLimits.USUAL,
                USUAL_BATCH,
                USUAL_CONNECTIONS,
                USUAL_PATIENCE,
                false);
    }

    public PostgresOptions crawl(String name) {
        return new PostgresOptions(name, worker, limits, batch, connections, patience, again);
    }

    public PostgresOptions limits(HostLimits newLimits) {
        return new PostgresOptions(crawl, worker, newLimits, batch, connections, patience, again);
    }

    public PostgresOptions batch(int urls) {
        return new PostgresOptions(crawl, worker, limits, urls, connections, patience, again);
    }

    public PostgresOptions connections(int most) {
        return new PostgresOptions(crawl, worker, limits, batch, most, patience, again);
    }

    public PostgresOptions patience(Duration time) {
        return new PostgresOptions(crawl, worker, limits, batch, connections, time, again);
    }

    public PostgresOptions again(boolean whether) {
        return new PostgresOptions(crawl, worker, limits, batch, connections, patience, whether);
    }
}
