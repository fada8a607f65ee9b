// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import io.eventlet.diagnosis.Dump;
import io.eventlet.hub.Hub;
import io.eventlet.net.GreenServerSocket;
import io.eventlet.net.GreenSocket;
import io.eventlet.net.OnCancellation;
import io.eventlet.net.server.ConnectionHandler;
import io.eventlet.net.server.GreenServer;
import io.eventlet.net.tls.GreenSslSocket;
import io.eventlet.net.tls.GreenSslSocketFactory;
import io.eventlet.offload.Offload;
import io.eventlet.transport.HostAddress;
import io.eventlet.wait.UncaughtErrors;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.BiConsumer;

import javax.net.ssl.SSLContext;

/// The functions that a program of green threads begins with.
///
/// ```java
/// var server = Eventlet.listen(6000);
/// var pool = new GreenPool(10_000);
/// while (true) {
///     var client = server.accept();
///     pool.spawnN(() -> {
///         try (client) {
///             handle(client);
///         }
///     });
/// }
/// ```
///
/// They may be called from green threads and from others: a platform thread that waits is just
/// blocked. What a green thread spawns runs on its hub; what another thread spawns, on the main
/// one.
public final class Eventlet {
    private Eventlet() {}

    // ---- green threads

    /// Runs a body in a green thread, which begins when the caller next waits or yields. Threads
    /// begin in the order of their spawning.
    public static <T extends @Nullable Object> GreenThread<T> spawn(Callable<? extends T> body) {
        return GreenThread.spawn(body);
    }

    /// As [#spawn(Callable)], without a result.
    public static GreenThread<@Nullable Void> spawn(Task body) {
        return GreenThread.spawn(body);
    }

    /// As [#spawn(Callable)], with a name for dumps and logs; what it spawns has it as well.
    public static <T extends @Nullable Object> GreenThread<T> spawn(
            String name, Callable<? extends T> body) {
        return GreenThread.spawn(name, body);
    }

    public static GreenThread<@Nullable Void> spawn(String name, Task body) {
        return GreenThread.spawn(name, body);
    }

    /// Runs a body in a green thread of another hub.
    public static <T extends @Nullable Object> GreenThread<T> spawnOn(
            Hub hub, Callable<? extends T> body) {
        return GreenThread.spawnOn(hub, body);
    }

    public static GreenThread<@Nullable Void> spawnOn(Hub hub, Task body) {
        return GreenThread.spawnOn(hub, body);
    }

    /// As [#spawn(Task)] for a body whose outcome nobody wants: an error is reported at once.
    public static GreenThread<@Nullable Void> spawnN(Task body) {
        return GreenThread.spawnN(body);
    }

    /// Runs a body in a green thread after a time, even if the caller has ended by then.
    public static <T extends @Nullable Object> GreenThread<T> spawnAfter(
            Duration delay, Callable<? extends T> body) {
        return GreenThread.spawnAfter(delay, body, null);
    }

    public static GreenThread<@Nullable Void> spawnAfter(Duration delay, Task body) {
        return spawnAfter(delay, Body.callable(body));
    }

    /// As [#spawnAfter(Duration, Callable)], unless the calling thread has ended by then.
    public static <T extends @Nullable Object> GreenThread<T> spawnAfterLocal(
            Duration delay, Callable<? extends T> body) {
        return GreenThread.spawnAfter(delay, body, Thread.currentThread());
    }

    public static GreenThread<@Nullable Void> spawnAfterLocal(Duration delay, Task body) {
        return spawnAfterLocal(delay, Body.callable(body));
    }

    /// Runs a body in a green thread and waits for it: the `main` of a program.
    public static <T extends @Nullable Object> T run(Callable<? extends T> body) {
        return Eventlet.<T>spawn(body).await();
    }

    public static void run(Task body) {
        var ignored = run(Body.callable(body));
    }

    /// The green thread that runs the caller; null on another thread.
    public static @Nullable GreenThread<?> current() {
        return GreenThread.current();
    }

    /// As [GreenThread#kill()].
    public static void kill(GreenThread<?> thread) {
        thread.kill();
    }

    /// Waits for a time; with zero it yields. What ends the wait is thrown: the cause of a kill or
    /// a timeout, or [io.eventlet.errors.Cancelled] for an interrupt.
    public static void sleep(Duration duration) {
        GreenThread.sleep(duration);
    }

    /// Yields, as [#yield()].
    public static void sleep() {
        Eventlet.yield();
    }

    /// Lets the other ready green threads of the hub run first. Computations that take long call it
    /// now and then; a kill or a timeout reaches them here.
    @SuppressWarnings("NamedLikeContextualKeyword") // as Thread.yield()
    public static void yield() {
        GreenThread.yield();
    }

    /// What every green thread is doing now, what it waits for and who could end that.
    public static Dump dump() {
        return Dump.take();
    }

    /// Sets who is told of errors that reach nobody; null for the log.
    public static void onUncaughtError(@Nullable BiConsumer<Thread, Throwable> handler) {
        UncaughtErrors.handler(handler);
    }

    // ---- timeouts

    /// As [Timeout#call(Duration, ThrowingSupplier)].
    public static <T extends @Nullable Object, X extends Exception> T withTimeout(
            Duration duration, ThrowingSupplier<T, X> body) throws X {
        return Timeout.call(duration, body);
    }

    /// As [Timeout#call(Duration, ThrowingSupplier, Object)].
    public static <T extends @Nullable Object, X extends Exception> T withTimeout(
            Duration duration, ThrowingSupplier<? extends T, X> body, T fallback) throws X {
        return Timeout.<T, X>call(duration, body, fallback);
    }

    // ---- work for other threads

    /// Has native work or a long computation done by a platform thread of the shared [Offload]:
    /// only the caller waits.
    public static <T extends @Nullable Object, X extends Exception> T offload(
            ThrowingSupplier<? extends T, ? extends X> task) throws X {
        return Offload.shared().<T, X>call(task);
    }

    /// As [#offload(ThrowingSupplier)], without a result.
    public static <X extends Exception> void offload(ThrowingRunnable<? extends X> task) throws X {
        Offload.shared().<X>run(task);
    }

    // ---- networking

    /// Listens on a port of all addresses; 0 for one that the system chooses.
    public static GreenServerSocket listen(int port) throws IOException {
        return listen(new InetSocketAddress(port));
    }

    /// Listens on a port of a host's address; `0.0.0.0` for all of them. An empty host is an
    /// `UnknownHostException`.
    public static GreenServerSocket listen(String host, int port) throws IOException {
        return listen(HostAddress.of(host, port));
    }

    /// Listens on an address, with `SO_REUSEADDR` and a backlog of 1024.
    public static GreenServerSocket listen(InetSocketAddress address) throws IOException {
        return GreenServerSocket.listen(address);
    }

    /// Connects to a host: to the first of its addresses that can be reached. Its name is looked up
    /// as `java.net.InetAddress` does, which blocks the hub unless `eventlet-dns` is there.
    public static GreenSocket connect(String host, int port) throws IOException {
        return GreenSocket.connected(host, port, Duration.ZERO);
    }

    /// As [#connect(String, int)] within a limit, look-up included, or throws
    /// `SocketTimeoutException`; zero for no limit. Each address may take an equal share of what is
    /// left of it.
    public static GreenSocket connect(String host, int port, Duration limit) throws IOException {
        if (limit.isZero()) {
            return connect(host, port);
        }
        var timeout = Timeout.after(limit);
        try (timeout) {
            return GreenSocket.connected(host, port, limit);
        } catch (TimeoutExpired e) {
            if (e.timeout() != timeout) {
                throw e;
            }
            var late = new SocketTimeoutException("Connect timed out: " + host + ":" + port);
            late.initCause(e);
            throw late;
        }
    }

    public static GreenSocket connect(InetSocketAddress address) throws IOException {
        return connect(address, Duration.ZERO);
    }

    /// Connects within a limit, or throws `SocketTimeoutException`; zero for no limit.
    public static GreenSocket connect(InetSocketAddress address, Duration limit)
            throws IOException {
        return GreenSocket.connected(address, limit);
    }

    /// Serves connections with a handler, a green thread each and at most 1000 at once, until the
    /// handler throws [StopServe] or the listener is closed. See [GreenServer] for more.
    public static void serve(GreenServerSocket listener, ConnectionHandler handler)
            throws IOException {
        serve(listener, handler, GreenPool.DEFAULT_SIZE);
    }

    /// As [#serve(GreenServerSocket, ConnectionHandler)], with a limit of the caller's: a
    /// connection beyond it is not accepted.
    public static void serve(GreenServerSocket listener, ConnectionHandler handler, int concurrency)
            throws IOException {
        GreenServer.serve(listener, handler, concurrency);
    }

    /// Puts TLS on a connected socket, as its client, with the JVM's own trust; the host is who the
    /// certificate must name.
    public static GreenSslSocket wrapSsl(Socket socket, String host) throws IOException {
        return GreenSslSocketFactory.getDefault()
                .onCancellation(OnCancellation.KEEP_OPEN)
                .client(socket, host);
    }

    /// As [#wrapSsl(Socket, String)], with a context of the caller's.
    public static GreenSslSocket wrapSsl(Socket socket, SSLContext context, String host)
            throws IOException {
        return GreenSslSocketFactory.of(context)
                .onCancellation(OnCancellation.KEEP_OPEN)
                .client(socket, host);
    }

    /// Puts TLS on an accepted socket, as its server, with the certificate of a context.
    public static GreenSslSocket wrapSslServer(Socket accepted, SSLContext context)
            throws IOException {
        return GreenSslSocketFactory.of(context)
                .onCancellation(OnCancellation.KEEP_OPEN)
                .server(accepted);
    }
}
