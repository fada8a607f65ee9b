// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.postgresql;

import io.eventlet.http.client.HttpClient;
import io.eventlet.http.client.HttpUrl;
import io.eventlet.mirror.crawl.Mirror;
import io.eventlet.mirror.crawl.Summary;
import io.eventlet.mirror.place.FileNames;
import io.eventlet.mirror.place.Place;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/// A worker as a process, to be killed, stopped or cut off. Ends with 0 if nothing is left.
final class WorkerProgram {
    static final int MOST_OF_HOST = 6;

    private WorkerProgram() {}

    /// URL, directory, database, crawl, name of the worker, its lease.
    public static void main(String[] arguments) throws IOException, SQLException {
        var summary =
                run(
                        arguments[0],
                        Path.of(arguments[1]),
                        PostgresSettings.parse(arguments[2]),
                        PostgresOptions.of(arguments[4]).crawl(arguments[3]),
                        Duration.parse(arguments[5]));
        System.exit(summary.left() == 0 && summary.failed() == 0 ? 0 : 1);
    }

    static Summary run(
            String url,
            Path root,
            PostgresSettings settings,
            PostgresOptions options,
            Duration lease)
            throws IOException, SQLException {
        var place = new Place(root, FileNames.UNIX, false, 0).ofWorker(options.worker());
        Files.createDirectories(place.own());
        var limited = options.limits(new HostLimits(MOST_OF_HOST, Duration.ZERO));
        try (var client = HttpClient.create();
                var frontier = PostgresFrontier.open(settings, limited)) {
            return Mirror.builder(client, frontier, place, List.of(HttpUrl.of(url)))
                    .lease(lease)
                    .build()
                    .run();
        }
    }
}
