// SPDX-License-Identifier: Apache-2.0
package io.eventlet.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.browser.Chromium;
import io.eventlet.http.server.HttpServer;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;

/// The chat as people use it, in Chromium: profile `browser`.
@Tag("browser")
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WebChatInBrowserTest {
    /// Has a window say something, given as JavaScript.
    private static void say(Chromium.Page window, String text) throws Exception {
        var said =
                window.evaluate(
                        """
                        (() => {
                          document.getElementById('text').value = %s;
                          document.querySelector('button').click();
                          return 'said';
                        })()
                        """
                                .formatted(text));
        assertThat(said).isEqualTo("said");
    }

    private static HttpServer serve(int port) throws Exception {
        return HttpServer.builder(new WebChat()::handle)
                .address(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                .start();
    }

    private static URI page(HttpServer server, String name) {
        return URI.create("http://127.0.0.1:%d/?name=%s".formatted(server.port(), name));
    }

    @Test
    void twoWindowsTalk() throws Exception {
        try (var server = serve(0);
                var chromium = Chromium.start()) {
            var ann = chromium.open(page(server, "Ann"));
            ann.await("welcome, Ann");
            var bob = chromium.open(page(server, "Bob"));
            ann.await("Bob is here");

            say(ann, "'<b>grüezi</b> 😀'");

            bob.await("<b>grüezi</b> 😀");
            ann.await("<b>grüezi</b> 😀");
            assertThat(ann.evaluate("document.querySelector('li.own b').textContent"))
                    .isEqualTo("Ann");
            assertThat(bob.evaluate("String(document.querySelector('li.own'))")).isEqualTo("null");
        }
    }

    @Test
    void windowComesBackAfterTheServerWasStopped() throws Exception {
        try (var chromium = Chromium.start()) {
            Chromium.Page ann;
            int port;
            try (var server = serve(0)) {
                port = server.port();
                ann = chromium.open(page(server, "Ann"));
                ann.await("welcome, Ann");
                var ignored = server.stop(Duration.ZERO);
            }
            ann.await("connection lost");

            try (var _ = serve(port)) {
                ann.await("connected");
            }
        }
    }
}
