// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.demo;

import io.eventlet.GreenPool;
import io.eventlet.cli.display.Quantity;
import io.eventlet.cli.process.About;
import io.eventlet.cli.web.Exchange;
import io.eventlet.cli.web.FailureKind;
import io.eventlet.cli.web.WebAddress;
import io.eventlet.cli.web.WebClient;
import io.eventlet.http.client.ClientResponse;

import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// The client pattern: a pool fetches all pages of the site at once; `imap` keeps their order.
final class ClientAct implements Act {
    private static final int SAMPLED = 8;

    /// How the pages that are trouble fail, one each.
    private static final Set<FailureKind> EXPECTED =
            EnumSet.of(
                    FailureKind.TIMEOUT,
                    FailureKind.HTTP_4XX,
                    FailureKind.HTTP_5XX,
                    FailureKind.RESET);

    private final DemoPlan plan;
    private final DemoSite site;
    private final SiteServer server;
    private final Gauge gauge;

    ClientAct(DemoPlan plan, DemoSite site, SiteServer server) {
        this.plan = plan;
        this.site = site;
        this.server = server;
        this.gauge = new Gauge(site.pagePaths().size());
    }

    @Override
    public String name() {
        return "Client";
    }

    @Override
    public String subject() {
        return "%s, each %d to %d ms away; one never comes"
                .formatted(
                        Quantity.count(gauge.total(), "page"),
                        plan.nearest().toMillis(),
                        plan.farthest().toMillis());
    }

    @Override
    public Gauge gauge() {
        return gauge;
    }

    @Override
    public Scene play() throws Exception {
        try (var client = WebClient.of(plan.clientConcurrency(), false)) {
            return play(new Exchange(client, About.userAgent(), plan.limit()));
        }
    }

    private Scene play(Exchange exchange) throws Exception {
        Duration each = sampled(exchange);
        var pool = new GreenPool(plan.clientConcurrency());
        Map<FailureKind, Integer> failures = new EnumMap<>(FailureKind.class);
        long bytes = 0;
        int fetched = 0;
        var watch = Stopwatch.start();
        try (var pages = pool.imap(path -> fetch(exchange, path), site.pagePaths())) {
            while (pages.hasNext()) {
                switch (pages.next()) {
                    case Page.Fetched(long size) -> {
                        bytes += size;
                        fetched++;
                    }
                    case Page.Failed(FailureKind kind) -> failures.merge(kind, 1, Integer::sum);
                }
            }
        }
        Duration oneByOne = each.multipliedBy(gauge.total() - 1).plus(plan.limit());
        return new Scene(
                gauge.most(),
                watch.elapsed(),
                oneByOne,
                watch.cpu(),
                List.of(
                        Quantity.count(fetched)
                                + " fetched ("
                                + Quantity.bytes(bytes)
                                + "), in order; "
                                + said(failures)),
                isSound(failures));
    }

    /// Whether what should fail has failed, and nothing else; pages that a busy machine did not get
    /// in time do not count against it.
    static boolean isSound(Map<FailureKind, Integer> failures) {
        long missing = EXPECTED.stream().filter(kind -> !failures.containsKey(kind)).count();
        int timeouts = failures.getOrDefault(FailureKind.TIMEOUT, 0);
        return timeouts > missing
                && failures.entrySet().stream()
                        .filter(entry -> entry.getKey() != FailureKind.TIMEOUT)
                        .allMatch(entry ->
                                EXPECTED.contains(entry.getKey()) && entry.getValue() == 1);
    }

    /// The failures in words, and those that were expected where they were not these.
    static String said(Map<FailureKind, Integer> failures) {
        Map<FailureKind, Integer> expected = new EnumMap<>(FailureKind.class);
        EXPECTED.forEach(kind -> expected.put(kind, 1));
        if (failures.equals(expected)) {
            return "failed as they should: " + words(failures);
        }
        String failed = failures.isEmpty() ? "none" : words(failures);
        return "failed: " + failed + "; expected: " + words(expected);
    }

    /// What became of a page.
    private sealed interface Page {
        record Fetched(long bytes) implements Page {}

        record Failed(FailureKind kind) implements Page {}
    }

    private Page fetch(Exchange exchange, String path) {
        gauge.begin();
        try {
            return new Page.Fetched(
                    exchange.get(WebAddress.parse(server.url(path)), ClientAct::size));
        } catch (Exception e) {
            return new Page.Failed(FailureKind.of(e));
        } finally {
            gauge.end();
        }
    }

    private static long size(ClientResponse response) throws Exception {
        Exchange.ensureSuccess(response);
        return response.bytes().length;
    }

    /// How long a page takes when nothing else is going on. Measured on the platform thread of the
    /// caller, so that loading the client does not hold up a hub.
    private Duration sampled(Exchange exchange) throws Exception {
        List<String> paths = site.soundPagePaths().stream().limit(SAMPLED).toList();
        Exchange patient = new Exchange(exchange.client(), exchange.userAgent(), Duration.ZERO);
        long ignored = patient.get(WebAddress.parse(server.url(paths.getFirst())), ClientAct::size);
        var watch = Stopwatch.start();
        for (String path : paths) {
            ignored += patient.get(WebAddress.parse(server.url(path)), ClientAct::size);
        }
        return watch.elapsed().dividedBy(paths.size());
    }

    private static String words(Map<FailureKind, Integer> failures) {
        return failures.entrySet().stream()
                .map(entry -> entry.getValue() + " " + entry.getKey())
                .collect(Collectors.joining(", "));
    }
}
