// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.crawl;

import io.eventlet.http.client.HttpClient;
import io.eventlet.http.client.HttpUrl;
import io.eventlet.mirror.frontier.Frontier;
import io.eventlet.mirror.place.FileNames;
import io.eventlet.mirror.place.Place;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;

/// A copy in a directory, with what its runs have told.
record Copy(Path root, HttpClient client, Frontier frontier, List<MirrorEvent> events) {
    static Copy in(Path root, HttpClient client, Frontier frontier) {
        return new Copy(root, client, frontier, new CopyOnWriteArrayList<>());
    }

    /// A run, which tries again at once.
    MirrorBuilder of(HttpUrl... starts) {
        return Mirror.builder(
                        client,
                        frontier,
                        new Place(root, FileNames.UNIX, false, 0),
                        List.of(starts))
                .retries(2, Duration.ZERO, Duration.ofMinutes(5))
                .clock(InstantSource.system())
                .listener(events::add);
    }

    /// The files, as paths of URLs.
    Set<String> files() throws IOException {
        Set<String> files = new TreeSet<>();
        try (var all = Files.walk(root)) {
            for (var file : all.filter(Files::isRegularFile).toList()) {
                var path = "/" + root.relativize(file).toString().replace('\\', '/');
                if (!path.startsWith("/" + Place.OWN)) {
                    files.add(path);
                }
            }
        }
        return files;
    }

    String content(String path) throws IOException {
        return Files.readString(root.resolve(path.substring(1)));
    }
}
