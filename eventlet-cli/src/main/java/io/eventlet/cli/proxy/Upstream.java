// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.proxy;

import io.eventlet.http.client.HttpUrl;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/// A server behind the proxy: where it is, how much it has to do, and whether it answers.
/// Thread-safe.
final class Upstream {
    private final HttpUrl url;
    private final AtomicInteger active = new AtomicInteger();
    private volatile long downUntil = System.nanoTime(); // by nanoTime
    private volatile boolean isFailing; // as the last check of its health said

    Upstream(HttpUrl url) {
        this.url = url;
    }

    /// Where requests go to; its path, without a slash at its end, is put before theirs.
    HttpUrl url() {
        return url;
    }

    String host() {
        return url.host().replace("[", "").replace("]", "");
    }

    int active() {
        return active.get();
    }

    void begin() {
        active.incrementAndGet();
    }

    void end() {
        active.decrementAndGet();
    }

    boolean isUp() {
        return !isFailing && System.nanoTime() - downUntil >= 0;
    }

    /// Nobody could connect to it: it is not asked for a while, if another one is up.
    void rest(Duration time) {
        downUntil = System.nanoTime() + time.toNanos();
    }

    /// Whether the state is another one than before.
    boolean setFailing(boolean failing) {
        boolean changed = isFailing != failing;
        isFailing = failing;
        return changed;
    }

    @Override
    public String toString() {
        return url.scheme() + "://" + url.authority();
    }
}
