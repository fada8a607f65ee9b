// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.crawl;

import io.eventlet.http.client.HttpClient;
import io.eventlet.http.client.HttpUrl;
import io.eventlet.mirror.frontier.MemoryFrontier;
import io.eventlet.mirror.place.FileNames;
import io.eventlet.mirror.place.Place;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// A process that copies pages, in little memory. Prints how many URLs were done, and failed.
final class PagesChild {
    private PagesChild() {}

    /// Of a URL, to a directory.
    public static void main(String[] arguments) throws IOException {
        var place = new Place(Path.of(arguments[1]), FileNames.UNIX, false, 0);
        try (var client = HttpClient.create();
                var frontier = new MemoryFrontier()) {
            var summary =
                    Mirror.builder(client, frontier, place, List.of(HttpUrl.of(arguments[0])))
                            .retries(1, Duration.ZERO, Duration.ZERO)
                            .links(true)
                            .requisites(true)
                            .sitemaps(true)
                            .build()
                            .run();
            System.out.println(summary.done() + " " + summary.failed());
        }
        System.exit(0);
    }
}
