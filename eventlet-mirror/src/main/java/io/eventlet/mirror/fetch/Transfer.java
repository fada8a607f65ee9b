// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.fetch;

import io.eventlet.http.client.HttpUrl;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/// A download under way, as those see it who watch. Thread-safe.
public final class Transfer {
    private final HttpUrl url;
    private final LongAdder all;
    private final AtomicLong bytes = new AtomicLong();
    private volatile long length = -1;

    /// @param all what is received is also added to this
    public Transfer(HttpUrl url, LongAdder all) {
        this.url = url;
        this.all = all;
    }

    public HttpUrl url() {
        return url;
    }

    /// How many bytes of the file there are, with those of earlier calls.
    public long bytes() {
        return bytes.get();
    }

    /// How many bytes the file will have; -1 as long as nobody has said.
    public long length() {
        return length;
    }

    /// A body begins.
    ///
    /// @param already how many bytes of the file there are
    void begin(long already, long expected) {
        bytes.set(already);
        length = expected;
    }

    void received(long count) {
        bytes.addAndGet(count);
        all.add(count);
    }
}
