// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.Event;
import io.eventlet.Eventlet;
import io.eventlet.GreenThread;
import io.eventlet.http.Headers;
import io.eventlet.http.client.HttpClient;
import io.eventlet.http.client.HttpUrl;
import io.eventlet.http.server.HttpServer;
import io.eventlet.http.server.ServerLimits;
import io.eventlet.net.GreenServerSocket;
import io.eventlet.net.GreenSocket;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;

/// The proxy between a client and a server, byte by byte.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class ProxyStreamsTest {
    /// Enough for the end of a request of which the client knows already.
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private static final InetSocketAddress ANY_PORT =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final String HOST = "HTTP/1.1\r\nHost: a\r\n";

    /// What a server does on each connection.
    private interface Script {
        void run(Socket socket) throws IOException;
    }

    private final List<AutoCloseable> opened = new ArrayList<>();
    private final List<Socket> behind = new ArrayList<>();
    private final List<GreenThread<?>> threads = new ArrayList<>();
    private final List<String> problems = new CopyOnWriteArrayList<>();
    private final List<String> heads = new CopyOnWriteArrayList<>();
    private final HttpClient client =
            HttpClient.builder().headers(Headers.empty()).headLimit(Duration.ofSeconds(30)).build();
    private Script script = _ -> {};
    private GreenSocket asking;
    private HttpServer proxy;

    @BeforeEach
    void open() throws IOException {
        var listener = new GreenServerSocket();
        listener.bind(ANY_PORT);
        threads.add(
                Eventlet.spawn(() -> {
                    while (true) {
                        var socket = listener.accept();
                        behind.add(socket);
                        threads.add(Eventlet.spawn(() -> serve(socket)));
                    }
                }));
        opened.add(listener);
        opened.add(client);
        var upstream = new Upstream(HttpUrl.of("http://127.0.0.1:" + listener.getLocalPort()));
        proxy =
                HttpServer.builder(
                                new ReverseProxy(
                                        new Balance(List.of(upstream)),
                                        client,
                                        1,
                                        PATIENCE,
                                        true,
                                        problems::add))
                        .address(ANY_PORT)
                        .limits(ServerLimits.DEFAULT.withBody(Long.MAX_VALUE))
                        .start();
        opened.add(proxy);
        asking = connected();
    }

    private void serve(Socket socket) {
        try (socket) {
            script.run(socket);
        } catch (IOException e) {
            // the proxy has gone
        }
    }

    private GreenSocket connected() throws IOException {
        var socket = new GreenSocket(InetAddress.getLoopbackAddress(), proxy.port());
        opened.add(socket);
        return socket;
    }

    @AfterEach
    void close() throws Exception {
        threads.forEach(GreenThread::kill);
        for (var socket : behind) {
            socket.close();
        }
        for (var one : opened.reversed()) {
            one.close();
        }
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String readTo(Socket socket, String end) throws IOException {
        var text = new StringBuilder();
        while (text.indexOf(end) < 0) {
            int b = socket.getInputStream().read();
            if (b < 0) {
                throw new IOException("ended after " + text);
            }
            text.append((char) b);
        }
        return text.toString();
    }

    private String readHead(Socket socket) throws IOException {
        var head = readTo(socket, "\r\n\r\n");
        heads.add(head);
        return head;
    }

    /// Answers each request by one of the same bytes.
    private Script answering(String answer) {
        return socket -> {
            while (true) {
                readHead(socket);
                send(socket, answer);
            }
        };
    }

    private String ask(String request, String end) throws IOException {
        send(asking, request);
        return readTo(asking, end);
    }

    private void assertAnotherRequestIsAnswered() throws IOException {
        script = answering("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nagain");
        try (var other = connected()) {
            send(other, "GET / " + HOST + "\r\n");
            assertThat(readTo(other, "again")).startsWith("HTTP/1.1 200 OK\r\n");
        }
    }

    @Test
    void echoOf64MebibytesPassesBothWaysAtOnce() throws Exception {
        int size = 64 << 20;
        script =
                socket -> {
                    readHead(socket);
                    send(socket, "HTTP/1.1 200 OK\r\nContent-Length: " + size + "\r\n\r\n");
                    var piece = new byte[65_536];
                    for (int left = size; left > 0; ) {
                        int n = socket.getInputStream().read(piece, 0, Math.min(left, 65_536));
                        socket.getOutputStream().write(piece, 0, n);
                        left -= n;
                    }
                };
        var bytes = new byte[size];
        new Random(1).nextBytes(bytes);
        send(asking, "PUT / " + HOST + "Content-Length: " + size + "\r\n\r\n");
        threads.add(
                Eventlet.spawn(() -> {
                    asking.sendAll(bytes);
                }));

        var head = readTo(asking, "\r\n\r\n");

        assertThat(head).contains("\r\nContent-Length: 67108864\r\n");
        assertThat(asking.getInputStream().readNBytes(size)).isEqualTo(bytes);
        assertAnotherRequestIsAnswered();
    }

    @Test
    void eachSideMayWaitForTheOther() throws Exception {
        script =
                socket -> {
                    readHead(socket);
                    send(socket, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
                    for (var line = ""; !line.startsWith("0"); ) {
                        line = readTo(socket, "\r\n");
                        send(socket, line + readTo(socket, "\r\n"));
                    }
                };

        ask("PUT / " + HOST + "Transfer-Encoding: chunked\r\n\r\n", "\r\n\r\n");

        assertThat(ask("3\r\none\r\n", "one\r\n")).isEqualTo("3\r\none\r\n");
        assertThat(ask("3\r\ntwo\r\n", "two\r\n")).isEqualTo("3\r\ntwo\r\n");
        assertThat(ask("0\r\n\r\n", "0\r\n\r\n")).isEqualTo("0\r\n\r\n");
        assertAnotherRequestIsAnswered();
    }

    @Test
    void earlyErrorArrivesAndTheRestIsNotPassedOn() throws Exception {
        var ended = new Event<Boolean>();
        script =
                socket -> {
                    readHead(socket);
                    send(socket, "HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\n\r\nbig");
                    while (socket.getInputStream().read() >= 0) {}
                    ended.send(true);
                };

        var answer = ask("PUT / " + HOST + "Content-Length: 999999\r\n\r\nx", "big");

        assertThat(answer).startsWith("HTTP/1.1 413 ").contains("Connection: close\r\n");
        ended.await();
        assertAnotherRequestIsAnswered();
    }

    @Test
    void smallRestOfABodyIsDroppedAndTheConnectionUsedAgain() throws Exception {
        script =
                socket -> {
                    readHead(socket);
                    send(socket, "HTTP/1.1 401 No\r\nContent-Length: 2\r\n\r\nno");
                    while (socket.getInputStream().read() >= 0) {}
                };
        ask("PUT / " + HOST + "Content-Length: 10\r\n\r\nx", "\r\n\r\nno");
        script = answering("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nagain");

        var answer = ask("123456789GET /next " + HOST + "\r\n", "again");

        assertThat(answer).startsWith("HTTP/1.1 200 OK\r\n");
        assertThat(heads).last().asString().startsWith("GET /next ");
    }

    @Test
    void clientThatGoesWithinItsBodyIsNoEndOfTheBody() throws Exception {
        var end = new Event<Integer>();
        script =
                socket -> {
                    readHead(socket);
                    try {
                        readTo(socket, "0\r\n\r\n");
                        end.send(1);
                    } catch (IOException e) {
                        end.send(-1);
                    }
                };

        send(asking, "PUT / " + HOST + "Transfer-Encoding: chunked\r\n\r\n3\r\none\r\n");
        asking.shutdownOutput();

        assertThat(end.await()).isEqualTo(-1);
        asking.close();
        assertAnotherRequestIsAnswered();
    }

    @Test
    void serverThatGoesWithinItsAnswerCutsTheConnection() throws Exception {
        script =
                socket -> {
                    readHead(socket);
                    send(
                            socket,
                            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n");
                };

        ask("GET / " + HOST + "\r\n", "one");

        assertThat(asking.getInputStream().readAllBytes()).asString().isEqualTo("\r\n");
        assertAnotherRequestIsAnswered();
    }

    @Test
    void clientThatGoesWithinTheAnswerEndsIt() throws Exception {
        var ended = new Event<Boolean>();
        script =
                socket -> {
                    readHead(socket);
                    send(socket, "HTTP/1.1 200 OK\r\nContent-Length: 999999999\r\n\r\n");
                    try {
                        while (true) {
                            socket.getOutputStream().write(new byte[65_536]);
                        }
                    } finally {
                        ended.send(true);
                    }
                };
        ask("GET / " + HOST + "\r\n", "\r\n\r\n");

        asking.close();

        ended.await();
        assertAnotherRequestIsAnswered();
    }

    @Test
    void trailersPassBothWays() throws Exception {
        script =
                socket -> {
                    readHead(socket);
                    var body = readTo(socket, "\r\n\r\n");
                    send(socket, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + body);
                };

        var answer =
                ask(
                        "PUT / "
                                + HOST
                                + "Transfer-Encoding: chunked\r\n\r\n"
                                + "1\r\nx\r\n0\r\nSum: 1\r\nConnection: close\r\n\r\n",
                        "Sum: 1\r\n\r\n");

        assertThat(answer).endsWith("\r\n\r\n1\r\nx\r\n0\r\nSum: 1\r\n\r\n");
    }

    @Test
    void hintsPassAheadOfTheAnswer() throws Exception {
        script =
                answering(
                        "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\nConnection: X\r\nX: 1\r\n\r\n"
                                + "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");

        assertThat(ask("GET / " + HOST + "\r\n", "\r\n\r\nok"))
                .startsWith("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\n");
    }

    @Test
    void clientOfHttp10GetsNoHints() throws Exception {
        script =
                answering(
                        "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
                                + "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");

        assertThat(ask("GET / HTTP/1.0\r\n\r\n", "\r\n\r\nok")).startsWith("HTTP/1.1 200 OK\r\n");
    }

    @Test
    void bodyIsAskedForWhenTheServerAsksForIt() throws Exception {
        script =
                socket -> {
                    readHead(socket);
                    send(socket, "HTTP/1.1 100 Continue\r\n\r\n");
                    readTo(socket, "body");
                    send(socket, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
                };

        var asked =
                ask(
                        "PUT / " + HOST + "Expect: 100-continue\r\nContent-Length: 4\r\n\r\n",
                        "\r\n\r\n");

        assertThat(asked).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
        assertThat(heads.getFirst()).contains("Expect: 100-continue\r\n");
        assertThat(ask("body", "ok")).startsWith("HTTP/1.1 200 OK\r\n");
    }

    @Test
    void bodyThatTheServerRefusesIsNotAskedFor() throws Exception {
        script = answering("HTTP/1.1 417 No\r\nContent-Length: 2\r\n\r\nno");

        var answer =
                ask(
                        "PUT / " + HOST + "Expect: 100-continue\r\nContent-Length: 4\r\n\r\n",
                        "\r\n\r\nno");

        assertThat(answer).startsWith("HTTP/1.1 417 ");
        assertAnotherRequestIsAnswered();
    }

    @Test
    void proxiesAreCountedForOptionsAndTrace() throws Exception {
        script = answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");

        ask("OPTIONS / " + HOST + "Max-Forwards: 3\r\n\r\n", "\r\n\r\nok");
        ask("TRACE / " + HOST + "Max-Forwards: 1\r\n\r\n", "\r\n\r\nok");
        ask("GET / " + HOST + "Max-Forwards: 0\r\n\r\n", "\r\n\r\nok");

        assertThat(heads.get(0)).contains("Max-Forwards: 2\r\n");
        assertThat(heads.get(1)).contains("Max-Forwards: 0\r\n");
        assertThat(heads.get(2)).contains("Max-Forwards: 0\r\n");
    }

    @Test
    void lastProxyAnswersItself() throws Exception {
        assertThat(ask("OPTIONS / " + HOST + "Max-Forwards: 0\r\n\r\n", "\r\n\r\n"))
                .startsWith("HTTP/1.1 204 ");
        assertThat(ask("TRACE / " + HOST + "Max-Forwards: 0\r\n\r\n", "\r\n\r\n"))
                .startsWith("HTTP/1.1 501 ");
        assertThat(heads).isEmpty();
    }

    @Test
    void numberOfProxiesThatIsNoneIsRefused() throws Exception {
        assertThat(ask("OPTIONS / " + HOST + "Max-Forwards: -1\r\n\r\n", "\r\n\r\n"))
                .startsWith("HTTP/1.1 400 ");
    }

    @Test
    void nothingIsSaidForTheClient() throws Exception {
        script = answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");

        ask("GET / " + HOST + "\r\n", "\r\n\r\nok");

        assertThat(heads.getFirst())
                .doesNotContainIgnoringCase("\r\nUser-Agent:")
                .doesNotContainIgnoringCase("\r\nAccept");
    }

    @Test
    void answersToHeadHaveTheLengthThatWasSaidOrNone() throws Exception {
        script = answering("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        var unknown = ask("HEAD / " + HOST + "\r\n", "\r\n\r\n");
        script = answering("HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n");
        behind.getFirst().close();
        var known = ask("HEAD / " + HOST + "\r\n", "\r\n\r\n");

        assertThat(unknown).doesNotContain("Content-Length");
        assertThat(known).contains("Content-Length: 7\r\n");
    }

    @Test
    void lengthOfNoBodyIsNoLength() throws Exception {
        script = answering("HTTP/1.1 204 No Content\r\nContent-Length: 7\r\n\r\n");
        var none = ask("GET /a " + HOST + "\r\n", "\r\n\r\n");
        behind.getFirst().close();
        script = answering("HTTP/1.1 304 Not Modified\r\nContent-Length: 7, 7\r\n\r\n");
        var same = ask("GET /b " + HOST + "\r\n", "\r\n\r\n");

        assertThat(none).startsWith("HTTP/1.1 204 ").doesNotContain("Content-Length");
        assertThat(same).startsWith("HTTP/1.1 304 ").doesNotContain("Content-Length");
    }

    @Test
    void tunnelCountsUntilItEnds() throws Exception {
        script =
                socket -> {
                    readHead(socket);
                    send(
                            socket,
                            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection:"
                                    + " Upgrade\r\n\r\n");
                    while (socket.getInputStream().read() >= 0) {}
                };
        ask("GET / " + HOST + "Upgrade: x\r\nConnection: Upgrade\r\n\r\n", "\r\n\r\n");

        try (var other = connected()) {
            send(other, "GET / " + HOST + "\r\n");
            assertThat(readTo(other, "\r\n\r\n")).startsWith("HTTP/1.1 503 ");
        }
        asking.shutdownOutput();

        assertThat(asking.getInputStream().read()).isEqualTo(-1);
        assertAnotherRequestIsAnswered();
    }

    @Test
    void refusedUpgradeIsAnAnswerAsOthers() throws Exception {
        script = answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        var upgrade = "GET / " + HOST + "Upgrade: x\r\nConnection: Upgrade\r\n\r\n";

        assertThat(ask(upgrade, "\r\n\r\nok")).startsWith("HTTP/1.1 200 OK\r\n");
        assertThat(ask(upgrade, "\r\n\r\nok")).startsWith("HTTP/1.1 200 OK\r\n");
        assertThat(behind).hasSize(1);
    }

    @Test
    void otherVersionOfHttpIsNotAskedFor() throws Exception {
        script = answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");

        ask("GET / " + HOST + "Upgrade: h2c\r\nConnection: Upgrade\r\n\r\n", "\r\n\r\nok");

        assertThat(heads.getFirst()).doesNotContainIgnoringCase("h2c");
    }

    @Test
    void clientThatReadsSlowlyHoldsUpOnlyItsServer() throws Exception {
        script =
                socket -> {
                    readHead(socket);
                    send(socket, "HTTP/1.1 200 OK\r\nContent-Length: 50000000\r\n\r\n");
                    socket.getOutputStream().write(new byte[50_000_000]);
                };
        ask("GET / " + HOST + "\r\n", "\r\n\r\n");

        assertThat(Eventlet.spawn(() -> "others run").await()).isEqualTo("others run");
        assertThat(asking.getInputStream().readNBytes(50_000_000)).hasSize(50_000_000);
    }
}
