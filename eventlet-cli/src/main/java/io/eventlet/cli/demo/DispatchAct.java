// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.demo;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;

import io.eventlet.GreenPile;
import io.eventlet.GreenPool;
import io.eventlet.cli.display.Quantity;
import io.eventlet.cli.feeds.FeedsServer;
import io.eventlet.cli.feeds.TitleDispatch;
import io.eventlet.cli.process.About;
import io.eventlet.cli.web.Exchange;
import io.eventlet.cli.web.FailureKind;
import io.eventlet.cli.web.WebClient;
import io.eventlet.http.client.ClientRequest;
import io.eventlet.http.client.HttpClient;
import io.eventlet.http.client.HttpUrl;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/// The dispatch pattern: several clients post lists of feeds at once to the server of `eventlet
/// feeds`, which asks the site for all of them, never for more at once than one limit allows.
final class DispatchAct implements Act {
    private static final int SAMPLED = 5;
    private static final Set<String> EXPECTED =
            Set.of(
                    FailureKind.HTTP_4XX.toString(),
                    FailureKind.NOT_A_FEED.toString(),
                    FailureKind.REFUSED.toString());

    private final DemoPlan plan;
    private final DemoSite site;
    private final SiteServer server;
    private final Gauge gauge;

    DispatchAct(DemoPlan plan, DemoSite site, SiteServer server) {
        this.plan = plan;
        this.site = site;
        this.server = server;
        this.gauge = new Gauge(site.feedPaths().size() + 1);
    }

    @Override
    public String name() {
        return "Dispatch";
    }

    @Override
    public String subject() {
        return "%s in %s at once, one limit of %d for all"
                .formatted(
                        Quantity.count(gauge.total(), "feed"),
                        Quantity.count(plan.requests(), "request"),
                        plan.dispatchLimit());
    }

    @Override
    public Gauge gauge() {
        return gauge;
    }

    @Override
    public Scene play() throws Exception {
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        // Those who ask the server, and the server that asks the site, have a client each.
        try (var asking = WebClient.of(plan.requests(), false);
                var client = WebClient.decoding(plan.dispatchLimit(), false)) {
            var exchange = new Exchange(client, About.userAgent(), plan.limit());
            var dispatch = new TitleDispatch(exchange, plan.dispatchLimit());
            try (FeedsServer feeds = FeedsServer.start(address, dispatch, gauge.total(), _ -> {})) {
                HttpUrl url = HttpUrl.of(url(feeds.address()));
                Duration each = sampled(asking, url);
                return play(asking, url, dispatch, each);
            }
        }
    }

    private Scene play(HttpClient client, HttpUrl url, TitleDispatch dispatch, Duration each)
            throws IOException {
        var watch = Stopwatch.start();
        List<String> lines = ask(client, url);
        Duration took = watch.elapsed();
        Map<String, Long> errors =
                lines.stream()
                        .filter(DispatchAct::isError)
                        .collect(
                                groupingBy(
                                        line -> line.split(": ", 3)[1], TreeMap::new, counting()));
        List<String> titles = lines.stream().filter(line -> !isError(line)).toList();
        List<String> facts = new ArrayList<>();
        facts.add(
                Quantity.count(titles.size(), "title")
                        + " in the order of the URLs, such as \""
                        + titles.stream().findFirst().orElse("")
                        + "\"");
        facts.add("and an error in the place of each of the others: " + words(errors));
        // The slow feed would hold up a line of them for as long as it is waited for.
        Duration oneByOne = each.multipliedBy(titles.size()).plus(plan.limit());
        return new Scene(
                dispatch.mostAtOnce(),
                took,
                oneByOne,
                watch.cpu(),
                facts,
                isSound(errors) && dispatch.mostAtOnce() <= plan.dispatchLimit());
    }

    /// Asks for all feeds of the site, and one of a host where nobody listens.
    private List<String> ask(HttpClient client, HttpUrl url) throws IOException {
        List<String> lines = new ArrayList<>();
        try (var silent = new Socket()) { // has a port and does not listen
            silent.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            List<String> urls = urls(silent.getLocalPort());
            var pile = new GreenPile<List<String>>(new GreenPool(plan.requests()));
            int share = (urls.size() + plan.requests() - 1) / plan.requests();
            for (int from = 0; from < urls.size(); from += share) {
                List<String> part = urls.subList(from, Math.min(urls.size(), from + share));
                pile.spawn(() -> post(client, url, part));
            }
            pile.forEach(lines::addAll);
        }
        return lines;
    }

    private static boolean isError(String line) {
        return line.startsWith("error: ");
    }

    /// Whether only what should fail has failed; feeds that a busy machine did not get in time do
    /// not count against it.
    private static boolean isSound(Map<String, Long> errors) {
        return errors.entrySet().stream()
                .filter(entry -> !entry.getKey().equals(FailureKind.TIMEOUT.toString()))
                .allMatch(entry -> EXPECTED.contains(entry.getKey()) && entry.getValue() == 1);
    }

    private List<String> urls(int silentPort) {
        Stream<String> dead = Stream.of("http://127.0.0.1:" + silentPort + "/feed.rss");
        return Stream.concat(site.feedPaths().stream().map(server::url), dead).toList();
    }

    private List<String> post(HttpClient client, HttpUrl url, List<String> feeds)
            throws IOException {
        try (var response = client.send(list(url, String.join("\n", feeds)))) {
            Exchange.ensureSuccess(response);
            List<String> lines = new ArrayList<>();
            var reader =
                    new BufferedReader(
                            new InputStreamReader(response.body(), StandardCharsets.UTF_8));
            for (String line; (line = reader.readLine()) != null; ) {
                lines.add(line);
                gauge.begin();
                gauge.end();
            }
            return lines;
        }
    }

    /// How long a feed takes when nothing else is going on.
    private Duration sampled(HttpClient client, HttpUrl url) throws IOException {
        List<String> paths = site.soundFeedPaths().stream().limit(SAMPLED).toList();
        ask(client, url, paths.getFirst()); // this one pays for loading the parser
        var watch = Stopwatch.start();
        for (String path : paths) {
            ask(client, url, path);
        }
        return watch.elapsed().dividedBy(paths.size());
    }

    private void ask(HttpClient client, HttpUrl url, String path) throws IOException {
        try (var response = client.send(list(url, server.url(path)))) {
            Exchange.ensureSuccess(response);
            String ignored = response.text();
        }
    }

    private static String url(InetSocketAddress server) {
        String address = server.getAddress().getHostAddress();
        return "http://%s:%d/"
                .formatted(address.contains(":") ? "[" + address + "]" : address, server.getPort());
    }

    private static ClientRequest list(HttpUrl url, String feeds) {
        return ClientRequest.of("POST", url)
                .header("Content-Type", "text/plain; charset=utf-8")
                .body(feeds.getBytes(StandardCharsets.UTF_8));
    }

    private static String words(Map<String, Long> errors) {
        return errors.entrySet().stream()
                .map(entry -> entry.getValue() + " " + entry.getKey())
                .collect(joining(", "));
    }
}
