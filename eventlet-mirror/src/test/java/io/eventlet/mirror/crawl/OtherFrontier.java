// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.crawl;

import io.eventlet.mirror.frontier.Beginning;
import io.eventlet.mirror.frontier.Claim;
import io.eventlet.mirror.frontier.Entry;
import io.eventlet.mirror.frontier.Frontier;
import io.eventlet.mirror.frontier.MemoryFrontier;
import io.eventlet.mirror.frontier.State;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// A frontier of which tests replace what is to be otherwise.
class OtherFrontier implements Frontier {
    private final MemoryFrontier frontier = new MemoryFrontier();

    @Override
    public boolean discovered(Entry entry) {
        return frontier.discovered(entry);
    }

    @Override
    public Beginning begin() {
        return frontier.begin();
    }

    @Override
    public @Nullable Claim claim(Duration lease, Predicate<? super String> hosts) {
        return frontier.claim(lease, hosts);
    }

    @Override
    public boolean renew(Claim claim, Duration lease) {
        return frontier.renew(claim, lease);
    }

    @Override
    public boolean done(Claim claim, State end, String note) {
        return frontier.done(claim, end, note);
    }

    @Override
    public boolean retry(Claim claim, Instant from, String note) {
        return frontier.retry(claim, from, note);
    }

    @Override
    public boolean release(Claim claim) {
        return frontier.release(claim);
    }

    @Override
    public void block(String host, Instant until) {
        frontier.block(host, until);
    }

    @Override
    public @Nullable Instant due() {
        return frontier.due();
    }

    @Override
    public @Nullable Entry find(String url) {
        return frontier.find(url);
    }

    @Override
    public long count(State state) {
        return frontier.count(state);
    }

    @Override
    public void requeue(State state) {
        frontier.requeue(state);
    }

    @Override
    public boolean requeue(Entry found, String note) {
        return frontier.requeue(found, note);
    }

    @Override
    public void forEach(Consumer<? super Entry> consumer) {
        frontier.forEach(consumer);
    }

    @Override
    public void save() {
        frontier.save();
    }

    @Override
    public void close() {
        frontier.close();
    }
}
