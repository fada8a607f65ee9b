// SPDX-License-Identifier: Apache-2.0
package io.eventlet.examples;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.eventlet.Eventlet;
import io.eventlet.GreenPool;
import io.eventlet.TimeoutExpired;
import io.eventlet.queue.GreenQueue;

import java.io.IOException;
import java.io.StringReader;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import javax.swing.text.MutableAttributeSet;
import javax.swing.text.html.HTML;
import javax.swing.text.html.HTMLEditorKit;
import javax.swing.text.html.parser.ParserDelegator;

/// A crawler whose workers make work for its producer: it hands out the URLs in a queue, and they
/// put into it those that they find.
///
///     examples/run ProducerConsumerCrawler http://localhost:8000/
///
/// Visits each page of a site once, at most 1000 of them. After Eventlet's `producer_consumer.py`.
final class ProducerConsumerCrawler {
    private static final int MAX_PAGES = 1000;
    private static final int MAX_BYTES = 1 << 20; // of a page
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    static void main(String... args) {
        var start = URI.create(args.length > 0 ? args[0] : "http://localhost:8000/");
        if (!"http".equals(start.getScheme()) || start.getHost() == null) {
            System.err.println(start + " is not like http://localhost:8000/");
            System.exit(2);
        }
        crawl(start);
    }

    /// The producer, and the only one that knows what it has handed out.
    static Set<URI> crawl(URI start) {
        var pool = new GreenPool(100);
        var urls = GreenQueue.<URI>unbounded();
        var seen = new LinkedHashSet<URI>();
        urls.put(start.getRawPath().isEmpty() ? start.resolve("/") : start);
        do {
            while (!urls.isEmpty()) {
                var url = urls.get();
                boolean sameSite = url.resolve("/").equals(start.resolve("/"));
                if (sameSite && seen.size() < MAX_PAGES && seen.add(url)) {
                    pool.spawnN(() -> work(url, urls));
                }
            }
            pool.waitall(); // for those that may yet find some
        } while (!urls.isEmpty());
        return seen;
    }

    private static void work(URI page, GreenQueue<URI> urls) {
        try {
            links(page).forEach(urls::put);
            IO.println(page);
        } catch (IOException | TimeoutExpired e) {
            IO.println(page + ": " + e.getMessage());
        }
    }

    private static List<URI> links(URI page) throws IOException {
        String html = Eventlet.withTimeout(PATIENCE, () -> get(page));
        var links = new ArrayList<URI>();
        for (var href : hrefs(html)) {
            try {
                links.add(link(page, href));
            } catch (IllegalArgumentException e) {
                IO.println(page + " has a bad link: " + e.getMessage());
            }
        }
        return links;
    }

    /// What the page links to, as the JDK's parser of HTML reads it: pages are written in many
    /// ways.
    private static List<String> hrefs(String html) throws IOException {
        var found = new ArrayList<String>();
        var anchors =
                new HTMLEditorKit.ParserCallback() {
                    @Override
                    public void handleStartTag(HTML.Tag tag, MutableAttributeSet all, int at) {
                        if (tag == HTML.Tag.A
                                && all.getAttribute(HTML.Attribute.HREF) instanceof String href) {
                            found.add(href.strip());
                        }
                    }
                };
        new ParserDelegator().parse(new StringReader(html), anchors, true);
        return found;
    }

    /// Where a link of the page leads, as a browser follows it.
    private static URI link(URI page, String href) {
        String text = href.replaceFirst("#.*", "").replace(" ", "%20");
        if (text.isEmpty() || text.startsWith("?")) {
            text = page.getRawPath() + text; // of this page, which URI takes for its directory
        }
        var url = page.resolve(text);
        return "".equals(url.getRawPath()) ? url.resolve("/") : url;
    }

    /// Gets a page by HTTP/1.0: asks, and reads until the server closes.
    private static String get(URI page) throws IOException {
        var url = page.toURL();
        int port = url.getPort() > 0 ? url.getPort() : url.getDefaultPort();
        try (var socket = Eventlet.connect(url.getHost(), port)) {
            String request = "GET " + url.getFile() + " HTTP/1.0\r\nHost: " + url.getAuthority();
            socket.sendAll((request + "\r\n\r\n").getBytes(ISO_8859_1));
            String response = new String(socket.getInputStream().readNBytes(MAX_BYTES), ISO_8859_1);
            if (!response.startsWith("200", "HTTP/1.x ".length())) {
                throw new IOException(response.lines().findFirst().orElse("no answer"));
            }
            return response;
        }
    }
}
