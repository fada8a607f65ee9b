// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.jdk;

import com.sun.net.httpserver.HttpContext;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpsConfigurator;

import io.eventlet.GreenThread;
import io.eventlet.http.server.HttpServer;
import io.eventlet.net.GreenServerSocket;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// What servers of the JDK's interface have in common, with TLS or without.
///
/// ```
/// UNBOUND ──bind──> BOUND ──start──> STARTED
///    └───────────────┴──────stop───────┴──> STOPPED
/// ```
final class JdkServer {
    private static final int BACKLOG = 1024;

    /// The name of the JDK's thread, which programs may look for.
    private static final String NAME = "HTTP-Dispatcher";

    private enum State {
        UNBOUND,
        BOUND,
        STARTED,
        STOPPED
    }

    private final com.sun.net.httpserver.HttpServer shown;
    private final String protocol;
    private final Contexts contexts = new Contexts();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final ReentrantLock lock = new ReentrantLock();
    private State state = State.UNBOUND; // guarded by lock
    private @Nullable GreenServerSocket listener; // guarded by lock
    private @Nullable HttpServer server; // guarded by lock
    private volatile @Nullable Executor executor; // written under lock
    private final Set<Thread> handling = new HashSet<>(); // guarded by lock
    private final Condition handled = lock.newCondition();
    private volatile @Nullable Thread stopper;

    JdkServer(com.sun.net.httpserver.HttpServer shown, String protocol) {
        this.shown = shown;
        this.protocol = protocol;
    }

    void bind(InetSocketAddress address, int backlog) throws IOException {
        Objects.requireNonNull(address);
        lock.lock();
        try {
            if (state != State.UNBOUND) {
                throw new BindException("the server is already bound, or was stopped");
            }
            listener = GreenServerSocket.listen(address, backlog > 0 ? backlog : BACKLOG, false);
            state = State.BOUND;
        } finally {
            lock.unlock();
        }
    }

    /// With TLS if there is a configurator.
    void start(@Nullable HttpsConfigurator tls) {
        lock.lock();
        try {
            var bound = listener;
            if (state != State.BOUND || bound == null) {
                throw new IllegalStateException("a server that is %s is started".formatted(state));
            }
            var builder =
                    JdkProperties.applyTo(HttpServer.builder(new ExchangeHandler(this)).anyMethod())
                            .listener(bound)
                            .name(NAME);
            if (tls != null) {
                builder.tls(tls.getSSLContext(), client -> ClientParameters.of(tls, client));
            }
            server = builder.start();
            state = State.STARTED;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            lock.unlock();
        }
        keepTheJvmAlive();
    }

    /// As the thread of the JDK's server does: programs return from `main` after `start()`.
    private void keepTheJvmAlive() {
        Thread.ofPlatform()
                .name(NAME)
                .daemon(false)
                .start(() -> {
                    try {
                        stopped.await();
                    } catch (InterruptedException e) {
                        return; // nobody has this thread but who interrupts all
                    }
                });
    }

    void stop(int delay) {
        if (delay < 0) {
            throw new IllegalArgumentException("the delay is negative: " + delay);
        }
        HttpServer running;
        lock.lock();
        try {
            running = server;
            state = State.STOPPED;
            if (running == null && listener != null) {
                listener.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            lock.unlock();
        }
        stopper = Thread.currentThread();
        long start = System.nanoTime();
        try {
            if (running != null) {
                var ignored = running.stop(Duration.ofSeconds(delay));
                awaitHandlers(start, TimeUnit.SECONDS.toNanos(delay));
            }
        } finally {
            stopped.countDown();
        }
    }

    /// Waits until no handler runs but the caller, if it is one.
    private void awaitHandlers(long start, long nanos) {
        lock.lock();
        try {
            int own = handling.contains(Thread.currentThread()) ? 1 : 0;
            long left = nanos - (System.nanoTime() - start);
            while (handling.size() > own && left > 0) {
                left = handled.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    /// A handler begins on the calling thread.
    void enter() {
        lock.lock();
        try {
            handling.add(Thread.currentThread());
        } finally {
            lock.unlock();
        }
    }

    /// A handler has ended on the calling thread.
    void leave() {
        lock.lock();
        try {
            handling.remove(Thread.currentThread());
            handled.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Whether this thread is stopping the server, and so must not be killed with the rest.
    boolean isStopper(GreenThread<?> thread) {
        return stopper == thread.thread();
    }

    void ensureNotStarted() {
        lock.lock();
        try {
            if (state == State.STARTED || state == State.STOPPED) {
                throw new IllegalStateException("the server has been started");
            }
        } finally {
            lock.unlock();
        }
    }

    void setExecutor(@Nullable Executor newExecutor) {
        ensureNotStarted();
        executor = newExecutor;
    }

    @Nullable Executor executor() {
        return executor;
    }

    HttpContext createContext(String path, HttpHandler handler) {
        Objects.requireNonNull(handler);
        var context = createContext(path);
        context.setHandler(handler);
        return context;
    }

    HttpContext createContext(String path) {
        return contexts.add(new Context(shown, path));
    }

    Contexts contexts() {
        return contexts;
    }

    @Nullable InetSocketAddress address() {
        lock.lock();
        try {
            return listener == null ? null : (InetSocketAddress) listener.getLocalSocketAddress();
        } finally {
            lock.unlock();
        }
    }

    boolean isSecure() {
        return protocol.equals("https");
    }

    @Override
    public String toString() {
        return "%s server at %s".formatted(protocol, address());
    }
}
