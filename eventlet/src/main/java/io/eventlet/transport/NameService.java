// SPDX-License-Identifier: Apache-2.0
package io.eventlet.transport;

import org.jspecify.annotations.Nullable;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/// Looks up the names of hosts for the whole JVM: what `eventlet-dns` tells of itself when the JDK
/// has taken it, to what needs it and is no part of it.
public abstract class NameService {
    private static volatile @Nullable NameService inUse;

    protected NameService() {}

    /// That of this JVM; null if the JDK has no such, or has not looked up any name yet.
    public static @Nullable NameService inUse() {
        return inUse;
    }

    /// Called once the JDK will ask it, for as long as the JVM lives.
    protected final void use() {
        inUse = this;
    }

    /// For tests: has there be this one, or none.
    static void replace(@Nullable NameService other) {
        inUse = other;
    }

    /// The addresses of a host, at least one. Waits in the calling thread only, and throws what
    /// that is cancelled with.
    public abstract List<InetAddress> addresses(String host) throws UnknownHostException;

    /// Whether look-ups wait as green threads do, and not as the JDK has them wait.
    public abstract boolean isGreen();

    /// Has them wait so from now on, or as the JDK does.
    public abstract void makeGreen(boolean green);

    /// What answers, in words.
    @Override
    public abstract String toString();
}
