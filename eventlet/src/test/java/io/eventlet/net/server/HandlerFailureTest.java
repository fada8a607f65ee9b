// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.eventlet.Eventlet;
import io.eventlet.Eventually;
import io.eventlet.ReportedErrors;
import io.eventlet.net.GreenSocket;
import io.eventlet.net.tls.TestCertificate;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;

/// Which errors of a handler are the end of its connection, and which are reported.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class HandlerFailureTest {
    private static final TestCertificate LOCAL = TestCertificate.local();

    @RegisterExtension private final ReportedErrors reported = new ReportedErrors();

    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (var one : opened.reversed()) {
            one.close();
        }
    }

    private <T extends AutoCloseable> T opened(T one) {
        opened.add(one);
        return one;
    }

    private static GreenServer.Builder builder(ConnectionHandler handler) {
        return GreenServer.builder(handler)
                .address(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    private GreenServer start(GreenServer.Builder builder) throws IOException {
        var server = builder.start();
        opened.add(() -> server.close(Duration.ZERO));
        return server;
    }

    private GreenServer start(ConnectionHandler handler) throws IOException {
        return start(builder(handler));
    }

    private Socket connect(GreenServer server) throws IOException {
        var client = opened(new Socket(server.address().getAddress(), server.port()));
        client.setSoTimeout(50_000);
        return client;
    }

    private static void reset(Socket socket) throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    private static void greet(Socket client) throws IOException {
        client.getOutputStream().write('h');
    }

    private static void awaitGreeting(Socket client) throws IOException {
        assertThat(client.getInputStream().read()).isEqualTo('h');
    }

    /// Greets the client, and reads what never comes.
    private static int greetAndRead(Socket client) throws IOException {
        greet(client);
        return client.getInputStream().read();
    }

    /// Has a server greet a client that resets the connection, and waits for the handler's end.
    private void resetAfterGreeting(GreenServer server) throws IOException {
        var client = connect(server);
        awaitGreeting(client);
        reset(client);
        Eventually.until(() -> server.active() == 0);
    }

    private Throwable awaitReport() {
        Eventually.until(() -> !reported.list().isEmpty());
        return reported.list().getFirst();
    }

    // ---- the client is gone

    @Test
    void peerThatIsGoneIsNoError() throws Exception {
        var server = start(HandlerFailureTest::greetAndRead);

        resetAfterGreeting(server);

        assertThat(reported.list()).isEmpty();
    }

    @Test
    void peerThatIsGoneIsNoErrorWhateverThatIsWrappedIn() throws Exception {
        var server =
                start(client -> {
                    try {
                        int ignored = greetAndRead(client);
                    } catch (IOException e) {
                        throw new IllegalStateException(new UncheckedIOException(e));
                    }
                });

        resetAfterGreeting(server);

        assertThat(reported.list()).isEmpty();
    }

    @Test
    void peerThatIsGoneIsNoErrorWhenAnotherThreadLearnsOfIt() throws Exception {
        var server = start(client -> Eventlet.spawn(() -> greetAndRead(client)).await());

        resetAfterGreeting(server);

        assertThat(reported.list()).isEmpty();
    }

    @Test
    void peerThatIsGoneIsNoErrorWhenABufferIsFlushedOnceMore() throws Exception {
        var server =
                start(client -> {
                    try (var out = new BufferedOutputStream(client.getOutputStream())) {
                        greet(client);
                        out.write('x');
                        int ignored = client.getInputStream().read();
                    }
                });

        resetAfterGreeting(server);

        assertThat(reported.list()).isEmpty();
    }

    @Test
    void peerThatIsGoneIsNoErrorForWritersThatTryAgain() throws Exception {
        var server =
                start(client -> {
                    greet(client);
                    try (var out = new BufferedOutputStream(client.getOutputStream())) {
                        writeForEver(out);
                    }
                });

        resetAfterGreeting(server);

        assertThat(reported.list()).isEmpty();
    }

    private static void writeForEver(OutputStream out) throws IOException {
        while (true) {
            out.write(new byte[1000]);
        }
    }

    @Test
    void peerThatIsGoneIsNoErrorOfAShutdown() throws Exception {
        var server =
                start(client -> {
                    try {
                        int ignored = greetAndRead(client);
                    } catch (IOException e) {
                        client.shutdownOutput();
                    }
                });

        resetAfterGreeting(server);

        assertThat(reported.list()).isEmpty();
    }

    @Test
    void peerThatIsGoneDoesNotStopTheServer() throws Exception {
        var server =
                start(builder(HandlerFailureTest::greetAndRead).handlerErrors(HandlerErrors.STOP));

        resetAfterGreeting(server);

        awaitGreeting(connect(server));
    }

    @Test
    void silentPeerIsNoErrorOfTheHandler() throws Exception {
        var server =
                start(client -> {
                    client.setSoTimeout(10);
                    try {
                        int ignored = client.getInputStream().read();
                    } catch (SocketTimeoutException e) {
                        throw new UncheckedIOException(e);
                    }
                });

        assertThat(connect(server).getInputStream().read()).isEqualTo(-1);
        Eventually.until(() -> server.active() == 0);
        assertThat(reported.list()).isEmpty();
    }

    @Test
    void endInTheMiddleOfMessageIsNoErrorOfTheHandler() throws Exception {
        var server =
                start(client -> {
                    greet(client);
                    long ignored = new DataInputStream(client.getInputStream()).readLong();
                });
        var client = connect(server);
        client.getOutputStream().write(1);
        awaitGreeting(client);

        client.shutdownOutput();

        Eventually.until(() -> server.active() == 0);
        assertThat(reported.list()).isEmpty();
    }

    @Test
    void endThatIsNotThatOfTheClientsStreamIsReported() throws Exception {
        var failure = new EOFException("of a file that is cut off");
        var server =
                start(client -> {
                    throw failure;
                });

        assertThat(connect(server).getInputStream().read()).isEqualTo(-1);
        assertThat(awaitReport()).isSameAs(failure);
    }

    // ---- with TLS

    @Test
    void tlsPeerThatVanishesIsNoError() throws Exception {
        var failed = new CompletableFuture<Exception>();
        var server =
                start(
                        builder(
                                        client -> {
                                            try {
                                                int ignored = greetAndRead(client);
                                            } catch (IOException e) {
                                                failed.complete(e);
                                                throw e;
                                            }
                                        })
                                .tls(LOCAL.context()));
        var transport = connect(server);
        awaitGreeting(secured(transport));

        reset(transport);

        Eventually.until(() -> server.active() == 0);
        assertThat(failed).isCompleted();
        assertThat(reported.list()).isEmpty();
    }

    @Test
    void peerThatVanishesFromTlsOfTheHandlersIsNoError() throws Exception {
        var server =
                start(client -> {
                    var secured = Eventlet.wrapSslServer((GreenSocket) client, LOCAL.context());
                    int ignored = greetAndRead(secured);
                });
        var transport = connect(server);
        awaitGreeting(secured(transport));

        reset(transport);

        Eventually.until(() -> server.active() == 0);
        assertThat(reported.list()).isEmpty();
    }

    @Test
    void peerThatBreaksTlsIsNoError() throws Exception {
        var server = start(builder(HandlerFailureTest::greetAndRead).tls(LOCAL.context()));
        var transport = connect(server);
        awaitGreeting(secured(transport));

        transport.getOutputStream().write(new byte[100]);

        Eventually.until(() -> server.active() == 0);
        assertThat(reported.list()).isEmpty();
    }

    @Test
    void tlsThatAnotherServerBreaksIsReported() throws Exception {
        var upstream = start(client -> client.getOutputStream().write(new byte[100]));
        var server =
                start(
                        builder(
                                        client -> {
                                            greet(client);
                                            try (var other =
                                                    Eventlet.wrapSsl(
                                                            Eventlet.connect(upstream.address()),
                                                            "localhost")) {
                                                other.startHandshake();
                                            }
                                        })
                                .tls(LOCAL.context()));

        awaitGreeting(secured(connect(server)));

        assertThat(awaitReport()).isInstanceOf(SSLException.class);
    }

    private static SSLSocket secured(Socket transport) throws IOException {
        return (SSLSocket)
                LOCAL.context(LOCAL)
                        .getSocketFactory()
                        .createSocket(transport, "localhost", transport.getPort(), true);
    }

    // ---- others are gone

    @Test
    void thirdPartyThatRefusesIsAnErrorOfTheHandler() throws Exception {
        var nobody = opened(new Socket()); // which has the port, and does not listen
        nobody.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        var server = start(client -> Eventlet.connect("127.0.0.1", nobody.getLocalPort()).close());

        assertThat(connect(server).getInputStream().read()).isEqualTo(-1);
        assertThat(awaitReport()).isInstanceOf(ConnectException.class);
    }

    @Test
    void thirdPartyThatResetsIsAnErrorOfTheHandler() throws Exception {
        var upstream = opened(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
        var server =
                start(client -> {
                    try (var other =
                            Eventlet.connect(
                                    (InetSocketAddress) upstream.getLocalSocketAddress())) {
                        int ignored = other.getInputStream().read();
                    }
                });
        var client = connect(server);

        reset(upstream.accept());

        assertThat(client.getInputStream().read()).isEqualTo(-1);
        assertThat(awaitReport()).isInstanceOf(SocketException.class);
    }

    @Test
    void thirdPartyThatResetsAfterTheClientDidIsAnErrorOfTheHandler() throws Exception {
        var failure = new SocketException("Connection reset");
        var server =
                start(client -> {
                    try {
                        int ignored = greetAndRead(client);
                    } catch (IOException e) {
                        throw failure; // as if by another connection
                    }
                });

        resetAfterGreeting(server);

        assertThat(awaitReport()).isSameAs(failure);
    }

    // ---- the handler is killed

    private static void greetAndWaitInTheJdk(Socket client) throws Exception {
        greet(client);
        new CountDownLatch(1).await();
    }

    @Test
    void killInsideTheJdkIsNotReported() throws Exception {
        var server = start(HandlerFailureTest::greetAndWaitInTheJdk);
        var client = connect(server);
        awaitGreeting(client);

        boolean ignored = server.close(Duration.ZERO);

        assertThat(client.getInputStream().read()).isEqualTo(-1);
        assertThat(reported.list()).isEmpty();
    }

    @Test
    void killInsideTheJdkIsNoErrorToStopAt() throws Exception {
        var server =
                start(
                        builder(HandlerFailureTest::greetAndWaitInTheJdk)
                                .handlerErrors(HandlerErrors.STOP));
        var client = connect(server);
        awaitGreeting(client);

        boolean ignored = server.close(Duration.ZERO);

        assertThat(client.getInputStream().read()).isEqualTo(-1);
        assertThatCode(server::await).doesNotThrowAnyException();
    }

    // ---- errors of the JVM

    @Test
    void exhaustedStackIsReported() throws Exception {
        var server = start(client -> endless(0));

        assertThat(connect(server).getInputStream().read()).isEqualTo(-1);
        assertThat(awaitReport()).isInstanceOf(StackOverflowError.class);
    }

    @SuppressWarnings("InfiniteRecursion") // that is the point
    private static int endless(int depth) {
        return 1 + endless(depth + 1);
    }

    @Test
    void exhaustedMemoryIsReportedAndOthersAreServed() throws Exception {
        var server =
                start(client -> {
                    if (client.getInputStream().read() == 'm') {
                        throw new OutOfMemoryError("of the handler");
                    }
                    greet(client);
                });
        var greedy = connect(server);
        greedy.getOutputStream().write('m');
        assertThat(greedy.getInputStream().read()).isEqualTo(-1);
        assertThat(awaitReport()).isInstanceOf(OutOfMemoryError.class);
        var modest = connect(server);
        modest.getOutputStream().write('x');

        awaitGreeting(modest);
    }
}
