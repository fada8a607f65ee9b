// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net.server;

import io.eventlet.GreenSemaphore;
import io.eventlet.GreenThread;
import io.eventlet.StopServe;
import io.eventlet.TimeoutExpired;
import io.eventlet.errors.Cancelled;
import io.eventlet.net.GreenSocket;
import io.eventlet.transport.Transport;
import io.eventlet.wait.Held;
import io.eventlet.wait.Interrupts;
import io.eventlet.wait.UncaughtErrors;
import io.eventlet.wait.WaitQueue;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.Socket;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/// The connections of one accept loop: at most so many, each with the handler in a green thread.
final class Connections implements Held {
    private static final System.Logger LOGGER = System.getLogger("io.eventlet");

    private final ConnectionHandler handler;
    private final HandlerErrors policy;
    private final @Nullable ServerTls tls;
    private final boolean deferredWrites;
    private final Consumer<@Nullable Throwable> stop;
    private final GreenSemaphore permits;
    private final ReentrantLock lock = new ReentrantLock();
    private final Set<GreenThread<?>> running = new HashSet<>(); // guarded by lock
    private final Set<GreenThread<?>> killed = new HashSet<>(); // guarded by lock: of running
    private final WaitQueue idlers = new WaitQueue(lock, this);
    private int starting; // guarded by lock: accepted, and not yet in running
    private boolean closed; // guarded by lock: those that come are turned away
    private boolean killing; // guarded by lock: those that have begun are killed
    private @Nullable GreenThread<?> spared; // guarded by lock: the one that asked for that

    /// `stop` is called when the server is to stop: with an error, or without for [StopServe].
    Connections(
            ConnectionHandler handler,
            int concurrency,
            HandlerErrors policy,
            @Nullable ServerTls tls,
            boolean deferredWrites,
            Consumer<@Nullable Throwable> stop) {
        this.handler = handler;
        this.policy = policy;
        this.tls = tls;
        this.deferredWrites = deferredWrites;
        this.stop = stop;
        permits = new GreenSemaphore(concurrency);
    }

    /// Waits for a permit for one more: taken before it is accepted.
    void awaitPermit() {
        permits.acquire();
    }

    /// Gives back a permit that no connection came to need.
    void giveBack() {
        permits.release();
    }

    /// Serves a connection with the permit that was awaited for it.
    void serve(GreenSocket accepted) {
        Transport.of(accepted).deferClose();
        accepted.setDeferredWrites(deferredWrites);
        if (!begin()) {
            ended(accepted);
            return;
        }
        GreenThread<?> thread;
        try {
            thread = GreenThread.spawnN(() -> handle(accepted));
        } catch (Throwable e) { // the hub is closed, or there is no memory
            begun(null);
            ended(accepted);
            throw e;
        }
        try {
            begun(thread);
            thread.link(t -> {
                remove(t);
                ended(accepted);
            });
        } catch (Throwable e) { // no memory, and nobody would be told of its end
            thread.kill();
            remove(thread);
            ended(accepted);
            throw e;
        }
    }

    private boolean begin() {
        lock.lock();
        try {
            if (!closed) {
                starting++;
            }
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    private void begun(@Nullable GreenThread<?> thread) {
        boolean late;
        lock.lock();
        try {
            starting--;
            if (thread != null) {
                running.add(thread);
            }
            late = killing && thread != null && thread != spared && killed.add(thread);
            idlers.wakeAll(null); // a handler that closes its server may be ahead of this
        } finally {
            lock.unlock();
        }
        if (late && thread != null) {
            thread.kill();
        }
    }

    /// From now on turns away what was accepted.
    void close() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
    }

    private void remove(GreenThread<?> thread) {
        lock.lock();
        try {
            running.remove(thread);
            killed.remove(thread);
            idlers.wakeAll(null);
        } finally {
            lock.unlock();
        }
    }

    /// Also when it was killed before it began.
    private void ended(GreenSocket accepted) {
        permits.release();
        try {
            Transport.of(accepted).closeNow();
        } catch (IOException e) {
            LOGGER.log(System.Logger.Level.DEBUG, "closing " + accepted, e);
        }
        closeQuietly(accepted);
    }

    private void handle(GreenSocket accepted) {
        Socket client = accepted;
        boolean inOrder = false;
        try {
            if (tls != null) {
                var secured = tls.wrap(accepted);
                client = secured;
                tls.shakeHands(secured);
            }
            handler.handle(client);
            inOrder = true;
        } catch (Throwable e) {
            var error = Interrupts.cause(e);
            inOrder = error instanceof StopServe;
            thrown(accepted, error);
        } finally {
            closeQuietly(client);
        }
        if (inOrder) { // else the client need not be told in peace
            Transport.of(accepted).finishClose();
        }
    }

    private void thrown(GreenSocket client, Throwable error) {
        switch (error) {
            case StopServe _ -> stop.accept(null);
            case TimeoutExpired _ -> failed(client, error);
            case Cancelled killed -> throw killed;
            default -> failed(client, error);
        }
    }

    private void failed(GreenSocket client, Throwable error) {
        if (Transport.of(client).failures().explain(error)) {
            LOGGER.log(System.Logger.Level.DEBUG, "connection " + client + " ended: " + error);
        } else if (policy == HandlerErrors.STOP) {
            stop.accept(error);
        } else {
            UncaughtErrors.report(Thread.currentThread(), error);
        }
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            LOGGER.log(System.Logger.Level.DEBUG, "closing " + socket, e);
        }
    }

    /// How many are being served.
    int size() {
        lock.lock();
        try {
            return running.size();
        } finally {
            lock.unlock();
        }
    }

    /// Waits until none is left but the caller's own, if it serves one; false if the deadline
    /// passed before.
    boolean awaitEnd(long deadline) {
        while (true) {
            WaitQueue.Waiter waiter;
            lock.lock();
            try {
                if (starting == 0 && (running.isEmpty() || isOnlyCallers())) {
                    return true;
                }
                waiter = idlers.add(null);
            } finally {
                lock.unlock();
            }
            if (!waiter.await(deadline)) {
                return false;
            }
        }
    }

    /// Whether the only one is the caller's. Called with the lock.
    private boolean isOnlyCallers() {
        var caller = GreenThread.current();
        return running.size() == 1 && caller != null && running.contains(caller);
    }

    /// Those that are awaited. One that is starting may end too.
    @Override
    public Collection<Thread> holders() {
        lock.lock();
        try {
            return starting > 0 ? List.of() : running.stream().map(GreenThread::thread).toList();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean isEndedByHoldersOnly() {
        return true;
    }

    @Override
    public String toString() {
        return "end of %d connections".formatted(size());
    }

    /// Kills all handlers but the caller, and those that were killed before: their clean-up goes
    /// on.
    void kill() {
        var caller = GreenThread.current();
        List<GreenThread<?>> victims;
        lock.lock();
        try {
            spared = killing && spared != caller ? null : caller;
            killing = true; // those that are starting too, who may be ahead of begun()
            victims = running.stream().filter(t -> t != caller && killed.add(t)).toList();
        } finally {
            lock.unlock();
        }
        victims.forEach(GreenThread::kill);
    }
}
