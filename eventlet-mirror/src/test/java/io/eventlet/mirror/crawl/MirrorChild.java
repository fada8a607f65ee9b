// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.crawl;

import io.eventlet.http.client.HttpClient;
import io.eventlet.http.client.HttpUrl;
import io.eventlet.mirror.frontier.StoredFrontier;
import io.eventlet.mirror.place.FileNames;
import io.eventlet.mirror.place.Place;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// A process that runs a mirror, to be killed. Ends with 0 if the copy is complete.
final class MirrorChild {
    private MirrorChild() {}

    /// Of a URL, to a directory, with a name for the process that its requests have.
    public static void main(String[] arguments) throws IOException {
        var place = new Place(Path.of(arguments[1]), FileNames.UNIX, false, 0);
        Files.createDirectories(place.own());
        boolean complete;
        try (var client = HttpClient.builder().header("Round", arguments[2]).build();
                var frontier = StoredFrontier.open(place.own().resolve("state.mv"))) {
            complete =
                    Mirror.builder(client, frontier, place, List.of(HttpUrl.of(arguments[0])))
                            .retries(2, Duration.ZERO, Duration.ZERO)
                            .build()
                            .run()
                            .isComplete();
        }
        System.exit(complete ? 0 : 1);
    }
}
