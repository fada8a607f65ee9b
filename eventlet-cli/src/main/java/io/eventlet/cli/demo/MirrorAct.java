// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.demo;

import io.eventlet.GreenThread;
import io.eventlet.cli.display.Quantity;
import io.eventlet.cli.web.WebClient;
import io.eventlet.http.client.HttpUrl;
import io.eventlet.mirror.crawl.Mirror;
import io.eventlet.mirror.crawl.MirrorEvent;
import io.eventlet.mirror.crawl.Summary;
import io.eventlet.mirror.frontier.MemoryFrontier;
import io.eventlet.mirror.place.FileNames;
import io.eventlet.mirror.place.Place;
import io.eventlet.mirror.scope.Scope;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;

/// A program made of the patterns: the directory of pages is copied to the disk, by its listing.
final class MirrorAct implements Act {
    private final DemoPlan plan;
    private final DemoSite site;
    private final SiteServer server;
    private final Gauge gauge;

    MirrorAct(DemoPlan plan, DemoSite site, SiteServer server) {
        this.plan = plan;
        this.site = site;
        this.server = server;
        this.gauge = new Gauge(plan.pages());
    }

    @Override
    public String name() {
        return "Mirror";
    }

    @Override
    public String subject() {
        return "a directory of %s, copied by its listing, but for those that end in 7"
                .formatted(Quantity.count(plan.pages(), "page"));
    }

    @Override
    public Gauge gauge() {
        return gauge;
    }

    @Override
    public Scene play() throws Exception {
        var directory = Files.createTempDirectory("eventlet-demo");
        try (var client = WebClient.of(plan.clientConcurrency(), false);
                var frontier = new MemoryFrontier()) {
            var place = new Place(directory, FileNames.UNIX, false, 0);
            var starts = List.of(HttpUrl.of(server.url(DemoSite.PAGES)));
            var mirror =
                    Mirror.builder(client, frontier, place, starts)
                            .scope(Scope.from(starts).reject("*7.html").build())
                            .concurrency(plan.clientConcurrency())
                            .perHost(plan.clientConcurrency())
                            .listener(event -> note(event))
                            .build();
            var watch = Stopwatch.start();
            var run = GreenThread.spawn(mirror::run);
            var summary = run.await();
            return scene(watch, summary, Math.min(plan.clientConcurrency(), gauge.done()));
        } finally {
            delete(directory);
        }
    }

    private void note(MirrorEvent event) {
        if (event instanceof MirrorEvent.Stored || event instanceof MirrorEvent.Skipped) {
            gauge.begin();
            gauge.end();
        }
    }

    private Scene scene(Stopwatch watch, Summary summary, int atOnce) {
        long skipped = site.soundPagePaths().stream().filter(MirrorAct::isSkipped).count();
        long files = plan.pages() - skipped;
        Duration oneByOne =
                site.soundPagePaths().stream()
                        .filter(path -> !isSkipped(path))
                        .map(path -> site.reply(path).delay())
                        .reduce(Duration.ZERO, Duration::plus);
        return new Scene(
                atOnce,
                watch.elapsed(),
                oneByOne,
                watch.cpu(),
                List.of(
                        "%s (%s), each whole or not there; %s skipped by the rule \"reject *7.html\""
                                .formatted(
                                        Quantity.count(files, "file"),
                                        Quantity.bytes(summary.received()),
                                        Quantity.count(summary.skipped()))),
                summary.isComplete()
                        && summary.done() == files + 1 // and the listing
                        && summary.skipped() == skipped);
    }

    private static boolean isSkipped(String path) {
        return path.endsWith("7.html");
    }

    private static void delete(Path directory) throws IOException {
        try (var files = Files.walk(directory)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
