// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net.tls;

import io.eventlet.hub.Hub;
import io.eventlet.hub.Mode;
import io.eventlet.wait.UncaughtErrors;
import io.eventlet.wait.Waits;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;

/// A handshake of two engines in memory, once a JVM, before the first real one.
///
/// The first handshake loads some hundred classes of the JDK, which takes longer than a hub should
/// be kept. The rehearsal has them loaded on a platform thread, while the green thread that needs
/// TLS waits and others run.
final class Rehearsal {
    private static final System.Logger LOGGER = System.getLogger("io.eventlet");

    /// After which a handshake begins without it.
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private static final int ROUNDS = 100;
    private static final int ROOM = 1 << 16;

    private static final CompletableFuture<Boolean> DONE = begun(Rehearsal::rehearse);

    private Rehearsal() {}

    /// The default context of the JVM, which reads the certificates that it trusts.
    private static final class DefaultContext {
        static final CompletableFuture<Boolean> MADE = begun(SSLContext::getDefault);
    }

    /// What is rehearsed.
    interface Part {
        void perform() throws Exception;
    }

    private static CompletableFuture<Boolean> begun(Part part) {
        return begun(
                part,
                body -> {
                    var thread = Thread.ofPlatform().daemon().name("eventlet-tls-rehearsal");
                    var ignored = thread.start(body);
                });
    }

    /// Begins a part on a thread that somebody starts: done as well if none can be started, since
    /// TLS can do without.
    static CompletableFuture<Boolean> begun(Part part, Consumer<Runnable> starter) {
        var done = new CompletableFuture<Boolean>();
        Runnable body =
                () -> {
                    try {
                        part.perform();
                    } catch (Throwable e) { // who does it for real is told
                        LOGGER.log(System.Logger.Level.DEBUG, "no rehearsal of TLS", e);
                    } finally {
                        done.complete(true);
                    }
                };
        try {
            starter.accept(body);
        } catch (Throwable e) { // thrown here it would spoil this class for ever
            boolean ignored = done.complete(true);
            UncaughtErrors.reportLater(Thread.currentThread(), e);
        }
        return done;
    }

    /// Returns when the classes of TLS are loaded, if the caller is on a hub, which loading them
    /// would keep.
    static void await() {
        if (isOnHub()) {
            await(DONE);
        }
    }

    /// As [#await()], for the default context.
    static void awaitDefaultContext() {
        if (isOnHub()) {
            await(DefaultContext.MADE);
        }
    }

    private static boolean isOnHub() {
        return Thread.currentThread().isVirtual() && Hub.current().mode() == Mode.HUB;
    }

    private static void await(CompletableFuture<Boolean> part) {
        if (!part.isDone()) {
            Boolean ignored = Waits.awaitAnswer(part, PATIENCE_NANOS);
        }
    }

    private static void rehearse() throws IOException, GeneralSecurityException {
        var context = RehearsalCertificate.make().context();
        var server = TlsEngines.unrehearsedServer(context);
        var client = TlsEngines.unrehearsedClient(context);
        new Rehearsal().shakeHands(client, server);
    }

    private final ByteBuffer toServer = ByteBuffer.allocate(ROOM);
    private final ByteBuffer toClient = ByteBuffer.allocate(ROOM);
    private final ByteBuffer received = ByteBuffer.allocate(ROOM);

    private void shakeHands(SSLEngine client, SSLEngine server) throws SSLException {
        client.beginHandshake();
        server.beginHandshake();
        for (int i = 0; i < ROUNDS; i++) {
            step(client, toClient, toServer);
            step(server, toServer, toClient);
            if (isDone(client) && isDone(server) && toClient.position() == 0) {
                break;
            }
        }
        var ignored = client.wrap(ByteBuffer.allocate(1), toServer);
        receive(server, toServer);
        client.closeOutbound();
        ignored = client.wrap(ByteBuffer.allocate(0), toServer);
    }

    private static boolean isDone(SSLEngine engine) {
        return engine.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING;
    }

    private void step(SSLEngine engine, ByteBuffer in, ByteBuffer out) throws SSLException {
        switch (engine.getHandshakeStatus()) {
            case NEED_TASK -> {
                for (var task = engine.getDelegatedTask();
                        task != null;
                        task = engine.getDelegatedTask()) {
                    task.run();
                }
            }
            case NEED_WRAP -> {
                var ignored = engine.wrap(ByteBuffer.allocate(0), out);
            }
            case NEED_UNWRAP, NEED_UNWRAP_AGAIN, NOT_HANDSHAKING, FINISHED -> receive(engine, in);
        }
    }

    private void receive(SSLEngine engine, ByteBuffer in) throws SSLException {
        in.flip();
        var ignored = engine.unwrap(in, received.clear());
        in.compact();
    }
}
