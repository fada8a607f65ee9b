// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net.server;

import io.eventlet.GreenThread;
import io.eventlet.errors.Cancelled;
import io.eventlet.errors.PollerClosed;
import io.eventlet.net.GreenServerSocket;
import io.eventlet.net.GreenSocket;
import io.eventlet.transport.CloseHooks;
import io.eventlet.transport.Transport;
import io.eventlet.wait.Cancellation;
import io.eventlet.wait.Strand;
import io.eventlet.wait.UncaughtErrors;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/// Accepts connections until it is stopped or its listener, or the hub of that, is closed.
final class AcceptLoop {
    private static final System.Logger LOGGER = System.getLogger("io.eventlet");
    private static final Duration FIRST_PAUSE = Duration.ofMillis(10);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

    /// For how long nothing must have failed before a failure is news again.
    private static final long CALM_NANOS = 60_000_000_000L;

    private final GreenServerSocket listener;
    private final Connections connections;
    private final AtomicLong accepted = new AtomicLong();
    private volatile boolean stopped;
    private volatile @Nullable Cancellation wait; // ends the wait of the thread in run()
    private boolean everFailed; // the thread in run()
    private long lastFailure; // likewise: System.nanoTime()

    AcceptLoop(GreenServerSocket listener, Connections connections) {
        this.listener = listener;
        this.connections = connections;
    }

    /// Ends the loop; connections that were accepted go on.
    void stop() {
        stopped = true;
        var running = wait;
        if (running != null) {
            running.fire();
        }
    }

    long accepted() {
        return accepted.get();
    }

    /// Accepts, on the calling thread.
    void run() {
        var stopping = new Stopping();
        var cancellation = new Cancellation(Strand.ofCurrentThread(), () -> stopping);
        wait = cancellation; // before the look at stopped: stop() writes and reads the other way
        Runnable onClose = this::stop; // it may be waiting for a permit
        CloseHooks.of(listener).add(onClose);
        try {
            while (!stopped && !listener.isClosed()) {
                connections.awaitPermit();
                if (stopped) { // by the one whose permit it is now
                    connections.giveBack();
                    break;
                }
                try {
                    acceptOne();
                } catch (VirtualMachineError e) { // no memory for another, who is turned away
                    UncaughtErrors.report(Thread.currentThread(), e);
                    GreenThread.sleep(FIRST_PAUSE);
                }
            }
        } catch (Stopping e) {
            if (e != stopping) {
                throw e;
            }
        } finally {
            CloseHooks.of(listener).remove(onClose);
            wait = null;
            boolean ignored = cancellation.withdraw();
        }
    }

    private static final class Stopping extends Cancelled {
        private static final long serialVersionUID = 1;

        Stopping() {
            super("the accept loop is stopped");
        }
    }

    private void acceptOne() {
        GreenSocket client = null;
        try {
            client = accept();
        } finally {
            if (client == null) {
                connections.giveBack();
            }
        }
        if (client != null) {
            accepted.incrementAndGet();
            connections.serve(client);
        }
    }

    /// A connection; null if there will be none any more. When there is no descriptor for it, or no
    /// memory, pauses: the listener stays ready, and trying at once would only burn the CPU.
    private @Nullable GreenSocket accept() {
        var pause = FIRST_PAUSE;
        while (true) {
            try {
                return listener.accept();
            } catch (SocketTimeoutException e) { // the listener has an SO_TIMEOUT: nobody came
                continue;
            } catch (IOException e) {
                if (listener.isClosed() || hasLostItsEndpoint()) {
                    stopped = true;
                    return null;
                }
                if (e instanceof PollerClosed) { // for good
                    giveUp(e);
                    return null;
                }
                if (!(e instanceof InterruptedIOException)) { // else the sleep throws why
                    note(e);
                }
            }
            GreenThread.sleep(pause);
            pause = pause.plus(pause);
            if (pause.compareTo(LONGEST_PAUSE) > 0) {
                pause = LONGEST_PAUSE;
            }
        }
    }

    /// Whether what it listens with has been closed below it, as that of a simulated host that has
    /// crashed.
    private boolean hasLostItsEndpoint() {
        return !Transport.of(listener).isOpen();
    }

    private void giveUp(IOException e) {
        stopped = true;
        LOGGER.log(
                System.Logger.Level.WARNING, "{0} accepts no more: {1}", listener, e.getMessage());
    }

    /// Logs the first failure after a time without any.
    private void note(IOException e) {
        long now = System.nanoTime();
        if (!everFailed || now - lastFailure > CALM_NANOS) {
            LOGGER.log(
                    System.Logger.Level.WARNING,
                    "{0} cannot accept: {1}; trying again until it can",
                    listener,
                    e.getMessage());
        }
        everFailed = true;
        lastFailure = now;
    }
}
