// SPDX-License-Identifier: Apache-2.0
package io.eventlet.testing;

import io.eventlet.GreenThread;
import io.eventlet.Task;
import io.eventlet.ThrowingRunnable;
import io.eventlet.ThrowingSupplier;

import org.jspecify.annotations.Nullable;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Objects;
import java.util.function.Consumer;

/// A machine of a [MemoryNetwork], with an address of its own.
///
/// ```java
/// var server = network.host("server");
/// var listener = server.call(() -> Eventlet.listen(80));
/// server.spawn(() -> Eventlet.serve(listener, handler));
/// var socket = network.host("client").call(() -> Eventlet.connect(server.at(80)));
/// ```
///
/// Code that [runs][#run(ThrowingRunnable)] on it, and what that spawns, listens on its address and
/// connects from it; the loopback and the wildcard address mean this one there. Code that runs on
/// no host is everywhere: it connects from the address that it connects to. Thread-safe.
public final class Host {
    private static final ScopedValue<Host> CURRENT = ScopedValue.newInstance();

    private final Topology topology;
    private final String name;
    private final InetAddress address;

    private final Consumer<InetAddress> closeListeners;

    Host(
            Topology topology,
            String name,
            InetAddress address,
            Consumer<InetAddress> closeListeners) {
        this.topology = topology;
        this.name = name;
        this.address = address;
        this.closeListeners = closeListeners;
    }

    /// The host of a network that the caller runs on; null for none.
    static @Nullable Host current(Topology topology) {
        return CURRENT.isBound() && CURRENT.get().topology == topology ? CURRENT.get() : null;
    }

    public String name() {
        return name;
    }

    /// Its address, with its name.
    public InetAddress address() {
        return address;
    }

    /// A port of it, to connect to.
    public InetSocketAddress at(int port) {
        return new InetSocketAddress(address, port);
    }

    /// Runs a body on this host, on the calling thread.
    public <X extends Exception> void run(ThrowingRunnable<X> body) throws X {
        Objects.requireNonNull(body);
        this.<@Nullable Void, X>call(() -> {
            body.run();
            return null;
        });
    }

    /// As [#run(ThrowingRunnable)], with a result.
    public <T extends @Nullable Object, X extends Exception> T call(ThrowingSupplier<T, X> body)
            throws X {
        Objects.requireNonNull(body);
        return ScopedValue.where(CURRENT, this).<T, X>call(body::get);
    }

    /// Runs a body on this host in a green thread, which has its name.
    public GreenThread<@Nullable Void> spawn(Task body) {
        Objects.requireNonNull(body);
        return ScopedValue.where(CURRENT, this).call(() -> GreenThread.spawn(name, body));
    }

    /// Has it fall silent, as a machine without power: its sockets fail and are forgotten, and
    /// nobody else is told. Who waits for it waits on, and what is sent to it vanishes, until the
    /// network's [limit][MemoryNetwork#giveUpAfter] passes. Its green threads go on; those who use
    /// a socket get a `SocketException`.
    public void crash() {
        topology.crash(address);
        closeListeners.accept(address);
    }

    /// Brings it back after a [#crash()], with nobody listening. Connections of before are reset
    /// when their peers send, or have sent meanwhile.
    public void restart() {
        topology.restart(address);
    }

    @Override
    public String toString() {
        return name;
    }
}
