// SPDX-License-Identifier: Apache-2.0
package io.eventlet.benchmarks.workers;

import io.eventlet.http.client.HttpClient;
import io.eventlet.http.client.HttpUrl;
import io.eventlet.mirror.crawl.Mirror;
import io.eventlet.mirror.place.FileNames;
import io.eventlet.mirror.place.Place;
import io.eventlet.mirror.postgresql.HostLimits;
import io.eventlet.mirror.postgresql.PostgresFrontier;
import io.eventlet.mirror.postgresql.PostgresOptions;
import io.eventlet.mirror.postgresql.PostgresSettings;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/// One of several workers of a mirror; prints how many files it has stored.
///
/// Arguments: host and port of the database, the crawl, the worker, the URL, the directory,
/// downloads at once, and if they are not a minute and a thousand the seconds of a lease and how
/// many requests of all workers a host is sent at once.
public final class OneWorker {
    private static final String MOST_OF_HOST = "1000";
    private static final String LEASE = "60";

    private OneWorker() {}

    public static void main(String... args) throws IOException, SQLException {
        var settings =
                PostgresSettings.parse(
                        "postgresql://postgres@%s/postgres?sslmode=disable".formatted(args[0]));
        var lease = Duration.ofSeconds(Long.parseLong(args.length > 6 ? args[6] : LEASE));
        int ofHost = Integer.parseInt(args.length > 7 ? args[7] : MOST_OF_HOST);
        var options =
                PostgresOptions.of(args[2])
                        .crawl(args[1])
                        .limits(new HostLimits(ofHost, Duration.ZERO));
        int concurrency = Integer.parseInt(args[5]);
        var place = new Place(Path.of(args[4]), FileNames.UNIX, false, 0).ofWorker(args[2]);
        Files.createDirectories(place.own());
        try (var client = HttpClient.create();
                var frontier = PostgresFrontier.open(settings, options)) {
            var summary =
                    Mirror.builder(client, frontier, place, List.of(HttpUrl.of(args[3])))
                            .concurrency(concurrency)
                            .perHost(concurrency)
                            .lease(lease)
                            .build()
                            .run();
            IO.println("%s: %d files".formatted(args[2], summary.stored()));
        }
    }
}
