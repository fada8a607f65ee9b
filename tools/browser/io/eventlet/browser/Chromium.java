// SPDX-License-Identifier: Apache-2.0
package io.eventlet.browser;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.eventlet.http.websocket.Compression;
import io.eventlet.http.websocket.Message;
import io.eventlet.http.websocket.WebSocket;
import io.eventlet.http.websocket.WebSocketClient;
import io.eventlet.http.websocket.WebSocketSettings;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A headless Chromium, and by its DevTools protocol, which is JSON over a WebSocket, what a person
/// would do in it.
public final class Chromium implements AutoCloseable {
    private static final Pattern LISTENING = Pattern.compile("DevTools listening on (ws://\\S+)");
    private static final WebSocketSettings SETTINGS =
            WebSocketSettings.DEFAULT.maxMessage(64 << 20).compression(Compression.NONE);

    private final Path profile;
    private final Process process;
    private final WebSocket devTools;
    private int calls;

    private Chromium(Path profile, Process process, WebSocket devTools) {
        this.profile = profile;
        this.process = process;
        this.devTools = devTools;
    }

    public static Chromium start() throws IOException {
        var profile = Files.createTempDirectory("eventlet-chromium-");
        var process =
                new ProcessBuilder(
                                "chromium",
                                "--headless",
                                "--no-sandbox",
                                "--disable-gpu",
                                "--disable-quic",
                                "--disable-dev-shm-usage",
                                "--disable-background-networking",
                                "--disable-component-update",
                                "--disable-sync",
                                "--no-first-run",
                                "--remote-debugging-port=0",
                                "--user-data-dir=" + profile,
                                "about:blank")
                        .redirectErrorStream(true)
                        .start();
        var output = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
        var said = new StringBuilder();
        for (var line = output.readLine(); line != null; line = output.readLine()) {
            var listening = LISTENING.matcher(line);
            if (listening.find()) {
                drop(output);
                var uri = URI.create(listening.group(1));
                return new Chromium(
                        profile, process, WebSocketClient.of().settings(SETTINGS).connect(uri));
            }
            said.append(line).append('\n');
        }
        throw new AssertionError("Chromium has not started: " + said);
    }

    /// Reads what it says, so that it does not wait for a reader.
    private static void drop(BufferedReader output) {
        Thread.ofPlatform()
                .daemon()
                .start(() -> {
                    try (output) {
                        while (output.readLine() != null) {
                            // more
                        }
                    } catch (IOException e) { // it was killed
                        return;
                    }
                });
    }

    /// A page that it shows.
    public final class Page {
        private final String session;

        private Page(String session) {
            this.session = session;
        }

        /// What an expression in JavaScript gives, a string, when its promise is kept.
        public String evaluate(String expression) throws IOException {
            var result = evaluated(expression);
            assertThat(result).doesNotContain("exceptionDetails");
            return found(Pattern.compile("\"value\":\"((?:[^\"\\\\]|\\\\.)*)\""), result);
        }

        /// Waits until the page has a text.
        public void await(String text) throws IOException {
            awaitTrue("document.body?.innerText.includes(%s)".formatted(json(text)));
        }

        /// Waits until an expression in JavaScript is true. What the page was before ends when it
        /// is loaded, and what looks there with it.
        public void awaitTrue(String expression) throws IOException {
            var look =
                    """
                    new Promise(done => {
                      const look = () => (%s) ? done('there') : setTimeout(look, 10);
                      look();
                    })
                    """
                            .formatted(expression);
            String result;
            do {
                result = evaluated(look);
            } while (result.contains("Execution context was destroyed"));
            assertThat(result).contains("\"value\":\"there\"");
        }

        private String evaluated(String expression) throws IOException {
            return call(
                    "Runtime.evaluate",
                    "\"expression\":%s,\"awaitPromise\":true,\"returnByValue\":true"
                            .formatted(json(expression)),
                    session);
        }
    }

    public Page open(URI uri) throws IOException {
        var target = call("Target.createTarget", "\"url\":" + json(uri.toString()), null);
        var id = found(Pattern.compile("\"targetId\":\"([^\"]*)\""), target);
        var attached =
                call(
                        "Target.attachToTarget",
                        "\"targetId\":%s,\"flatten\":true".formatted(json(id)),
                        null);
        var answer = Pattern.compile("\"result\":\\{\"sessionId\":\"([^\"]*)\"");
        return new Page(found(answer, attached));
    }

    private static String found(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        assertThat(matcher.find()).as(text).isTrue();
        return matcher.group(1);
    }

    private String call(
            String method, String parameters, @org.jspecify.annotations.Nullable String session)
            throws IOException {
        int id = ++calls;
        var to = session == null ? "" : ",\"sessionId\":" + json(session);
        devTools.send(
                "{\"id\":%d,\"method\":\"%s\",\"params\":{%s}%s}"
                        .formatted(id, method, parameters, to));
        while (devTools.receive() instanceof Message.Text(var text)) {
            if (text.startsWith("{\"id\":%d,".formatted(id))) {
                return text;
            }
        }
        throw new AssertionError("Chromium has gone: " + devTools.closeCode());
    }

    private static String json(String text) {
        var json = new StringBuilder("\"");
        text.chars()
                .forEach(c -> {
                    if (c == '"' || c == '\\') {
                        json.append('\\').append((char) c);
                    } else if (c < ' ' || c > '~') {
                        json.append("\\u%04x".formatted(c));
                    } else {
                        json.append((char) c);
                    }
                });
        return json.append('"').toString();
    }

    @Override
    public void close() throws IOException {
        try {
            devTools.send("{\"id\":0,\"method\":\"Browser.close\"}");
            while (devTools.receive() != null) {
                // its last words
            }
        } finally {
            devTools.close();
            process.onExit().join();
            try (var files = Files.walk(profile)) {
                for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }
}
