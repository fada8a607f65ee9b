// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.demo;

import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// The content of the embedded site: some hundred pages and feeds, each a little way off, and the
/// kinds of trouble that a real web has. The same every time.
///
/// @param plan how much of it there is
record DemoSite(DemoPlan plan) {
    /// The directory of the ordinary pages.
    static final String PAGES = "/pages/";

    private static final String HTML = "text/html; charset=utf-8";
    private static final String[] WORDS = {
        "green", "thread", "hub", "socket", "queue", "wait", "ready", "poll", "pool", "pile",
        "echo", "feed"
    };

    /// What the site does with a request.
    sealed interface Reply {
        /// How long it takes to begin.
        Duration delay();

        /// A response with this body.
        record Whole(Duration delay, int status, String contentType, String body)
                implements Reply {}

        /// A response that breaks off: the connection ends in the middle of the body.
        record CutShort(Duration delay) implements Reply {}
    }

    /// The paths of all pages, the slow one first so that the run does not end with waiting for it.
    List<String> pagePaths() {
        Stream<String> trouble =
                Stream.of("/slow.html", "/broken.html", "/missing.html", "/error.html");
        return Stream.concat(trouble, numbered("/pages/%d.html", plan.pages())).toList();
    }

    /// The paths of all ordinary pages.
    List<String> soundPagePaths() {
        return numbered("/pages/%d.html", plan.pages()).toList();
    }

    /// The paths of all feeds, RSS and Atom in turn, and of a slow, a broken and a missing one.
    List<String> feedPaths() {
        Stream<String> trouble =
                Stream.of("/feeds/slow.rss", "/feeds/broken.rss", "/feeds/missing.rss");
        return Stream.concat(soundFeedPaths().stream(), trouble).toList();
    }

    /// The paths of all ordinary feeds.
    List<String> soundFeedPaths() {
        return IntStream.rangeClosed(1, plan.feeds())
                .mapToObj(i -> "/feeds/" + i + (i % 2 == 1 ? ".rss" : ".atom"))
                .toList();
    }

    /// The answer to a path.
    Reply reply(String path) {
        Duration delay = delay(path);
        return switch (path) {
            case "/" -> html(delay, 200, index());
            case PAGES -> html(delay, 200, listing());
            case "/slow.html", "/feeds/slow.rss" ->
                    html(plan.limit().multipliedBy(20), 200, page(0));
            case "/broken.html" -> new Reply.CutShort(delay);
            case "/feeds/broken.rss" ->
                    xml(delay, "rss", "<rss version=\"2.0\"><channel><title>Never clo");
            case "/error.html" -> html(delay, 500, "<title>The server is unwell</title>");
            default -> numberedReply(path, delay);
        };
    }

    private Reply numberedReply(String path, Duration delay) {
        int number = number(path);
        if (path.startsWith("/pages/")
                && path.endsWith(".html")
                && isWithin(number, plan.pages())) {
            return html(delay, 200, page(number));
        }
        if (path.startsWith("/feeds/") && isWithin(number, plan.feeds())) {
            if (path.endsWith(".rss") && number % 2 == 1) {
                return xml(delay, "rss", rss(number));
            }
            if (path.endsWith(".atom") && number % 2 == 0) {
                return xml(delay, "atom", atom(number));
            }
        }
        return html(delay, 404, "<title>There is no such page</title>");
    }

    private static boolean isWithin(int number, int most) {
        return number >= 1 && number <= most;
    }

    /// The number in a path, or 0.
    private static int number(String path) {
        String digits = path.replaceAll("\\D", "");
        return digits.isEmpty() || digits.length() > 6 ? 0 : Integer.parseInt(digits);
    }

    private Duration delay(String path) {
        long spread = plan.farthest().minus(plan.nearest()).toMillis();
        return plan.nearest()
                .plusMillis(new SplittableRandom(path.hashCode()).nextLong(spread + 1));
    }

    private static Stream<String> numbered(String format, int count) {
        return IntStream.rangeClosed(1, count).mapToObj(format::formatted);
    }

    private String index() {
        var text = new StringBuilder("<title>The embedded site</title>\n");
        Stream.concat(pagePaths().stream(), feedPaths().stream())
                .forEach(path -> text.append("<a href=\"%s\">%s</a>\n".formatted(path, path)));
        return text.toString();
    }

    /// The listing of the ordinary pages, as servers write them.
    private String listing() {
        var text =
                new StringBuilder(
                        "<title>Index of " + PAGES + "</title>\n<a href=\"../\">../</a>\n");
        soundPagePaths()
                .forEach(path -> {
                    var name = path.substring(PAGES.length());
                    text.append("<a href=\"%s\">%s</a>\n".formatted(name, name));
                });
        return text.toString();
    }

    private static String page(int number) {
        var random = new SplittableRandom(number);
        var text = new StringBuilder("<title>Page " + number + "</title>\n<p>");
        int words = 200 + random.nextInt(1800);
        for (int i = 0; i < words; i++) {
            text.append(WORDS[random.nextInt(WORDS.length)]).append(i % 12 == 11 ? '\n' : ' ');
        }
        return text.append("</p>\n").toString();
    }

    private static String rss(int number) {
        return """
        <?xml version="1.0" encoding="UTF-8"?>
        <rss version="2.0"><channel><title>News of the hub, no. %1$d</title><link>/feeds/%1$d.rss</link>
        <description>What is ready</description>
        <item><title>A socket is ready</title><link>/pages/%1$d.html</link></item></channel></rss>
        """
                .formatted(number);
    }

    private static String atom(int number) {
        return """
        <?xml version="1.0" encoding="UTF-8"?>
        <feed xmlns="http://www.w3.org/2005/Atom"><title>Letters from the pool, no. %1$d</title>
        <id>urn:demo:%1$d</id><updated>2026-01-01T00:00:00Z</updated>
        <entry><title>Somebody waits</title><id>urn:demo:%1$d:1</id><updated>2026-01-01T00:00:00Z</updated></entry>
        </feed>
        """
                .formatted(number);
    }

    private static Reply html(Duration delay, int status, String text) {
        return new Reply.Whole(delay, status, HTML, text);
    }

    private static Reply xml(Duration delay, String kind, String text) {
        return new Reply.Whole(delay, 200, "application/" + kind + "+xml", text);
    }
}
