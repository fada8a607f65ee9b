// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.mirror;

import io.eventlet.GreenThread;
import io.eventlet.cli.web.WebClient;
import io.eventlet.http.client.HttpUrl;
import io.eventlet.mirror.frontier.Entry;
import io.eventlet.mirror.frontier.MemoryFrontier;
import io.eventlet.mirror.frontier.State;
import io.eventlet.mirror.listing.Listing;

import org.h2.mvstore.MVStore;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;

/// What each copy does in its first moments, done once beside the reading of the command line: so
/// its classes are initialised, its calls linked and its methods compiled on another processor when
/// the copy begins. It opens the hub that the copy will use, and no file and no socket.
public final class Rehearsal {
    private static final HttpUrl DIRECTORY = HttpUrl.of("http://localhost/directory/");
    private static final String LISTING =
            """
            <html>
            <head><title>Index of /directory/</title></head>
            <body>
            <h1>Index of /directory/</h1><hr><pre><a href="../">../</a>
            <a href="one">one</a>     01-Jan-2026 00:00     1
            <a href="two%20">two </a>     01-Jan-2026 00:00     2
            <a href="three/">three/</a>     01-Jan-2026 00:00     -
            </pre><hr></body>
            </html>
            """;

    private Rehearsal() {}

    /// Begins on a thread of its own if a command line will fetch something by the hub that the
    /// library takes by itself. Returns at once.
    public static void beginFor(String... args) {
        if (isWorthwhile(args)) {
            Thread.ofPlatform().daemon().name("eventlet-rehearsal").start(Rehearsal::attempt);
        }
    }

    /// Whether there is a URL to fetch from, and no option that may ask for another hub: not in a
    /// file of options either.
    static boolean isWorthwhile(String... args) {
        return args.length > 0
                && args[0].equals("mirror")
                && Arrays.stream(args).anyMatch(arg -> arg.startsWith("http"))
                && Arrays.stream(args).noneMatch(Rehearsal::isOfOtherKind);
    }

    private static boolean isOfOtherKind(String arg) {
        return arg.startsWith("@")
                || arg.startsWith("--hub")
                || arg.startsWith("--help")
                || arg.startsWith("--why")
                || arg.equals("-h");
    }

    private static void attempt() {
        try {
            run();
        } catch (RuntimeException | Error _) {
            // the copy will come to the same, and say what it is
        }
    }

    static void run() {
        GreenThread.spawn(() -> {}); // opens the hub, on the thread of that
        WebClient.copying(1).build().close();
        keep();
        read();
    }

    /// What a frontier in a file is made of, in memory.
    private static void keep() {
        try (var store = new MVStore.Builder().compress().autoCommitDisabled().open()) {
            var urls = store.<String, String>openMap("urls");
            urls.putIfAbsent("a", "b");
            urls.put("a", "c");
            Objects.requireNonNull(urls.higherKey(""));
            store.commit();
        }
    }

    private static void read() {
        var listing =
                Listing.of(DIRECTORY, "text/html", LISTING.getBytes(StandardCharsets.US_ASCII));
        try (var frontier = new MemoryFrontier()) {
            for (var url : Objects.requireNonNull(listing).entries()) {
                frontier.discovered(
                        new Entry(url.toString(), url.authority(), 1, "", State.QUEUED, 0, "note"));
            }
            var claim = frontier.claim(Duration.ofMinutes(1), _ -> true);
            frontier.done(Objects.requireNonNull(claim), State.DONE, "note");
        }
    }
}
