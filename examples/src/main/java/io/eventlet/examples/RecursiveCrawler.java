// SPDX-License-Identifier: Apache-2.0
package io.eventlet.examples;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.eventlet.Eventlet;
import io.eventlet.GreenPool;
import io.eventlet.TimeoutExpired;

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

/// A crawler whose green threads spawn those that crawl on, into the pool they are in themselves.
///
///     examples/run RecursiveCrawler http://localhost:8000/
///
/// When the pool is full, a member that spawns does the work itself, and so it cannot deadlock.
/// Visits each page of a site once, at most 1000. After Eventlet's `recursive_crawler.py`.
final class RecursiveCrawler {
    private static final int MAX_PAGES = 1000;
    private static final int MAX_BYTES = 1 << 20; // of a page
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final GreenPool pool = new GreenPool(100);
    private final Set<URI> seen = new LinkedHashSet<>(); // guarded by this

    static void main(String... args) {
        var start = URI.create(args.length > 0 ? args[0] : "http://localhost:8000/");
        if (!"http".equals(start.getScheme()) || start.getHost() == null) {
            System.err.println(start + " is not like http://localhost:8000/");
            System.exit(2);
        }
        crawl(start);
    }

    static Set<URI> crawl(URI start) {
        var crawler = new RecursiveCrawler();
        crawler.visit(start.getRawPath().isEmpty() ? start.resolve("/") : start);
        crawler.pool.waitall();
        return crawler.seen;
    }

    private void visit(URI page) {
        if (isNew(page)) {
            pool.spawnN(() -> follow(page));
        }
    }

    private synchronized boolean isNew(URI page) {
        return seen.size() < MAX_PAGES && seen.add(page);
    }

    private void follow(URI page) {
        try {
            for (URI link : links(page)) {
                if (link.resolve("/").equals(page.resolve("/"))) {
                    visit(link);
                }
            }
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
