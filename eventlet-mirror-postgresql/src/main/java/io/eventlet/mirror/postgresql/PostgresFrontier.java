// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.postgresql;

import io.eventlet.db.ConnectionPool;
import io.eventlet.mirror.frontier.Beginning;
import io.eventlet.mirror.frontier.Claim;
import io.eventlet.mirror.frontier.Entry;
import io.eventlet.mirror.frontier.Frontier;
import io.eventlet.mirror.frontier.State;

import org.jspecify.annotations.Nullable;

import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// A frontier in PostgreSQL 13 or later, which any number of workers share.
///
/// Each call is a transaction. The time is that of the database. A claim is lost when its lease
/// ends, whatever its worker does: so a worker that has died, or is cut off, holds up nothing for
/// longer than its leases. The limits of a host hold over all workers.
///
/// A call waits for the database as a green thread does, and while it cannot be reached does it
/// again for some time; then it throws an `UncheckedIOException`. What was said in the last second
/// before a crash of the database may be lost, and is done again then; what is there is consistent.
/// Thread-safe.
public final class PostgresFrontier implements Frontier {
    private static final int CHUNK = 1_000; // URLs that are added at once
    private static final int PAGE = 1_000; // rows in memory
    private static final Duration LOOK_AGAIN = Duration.ofMillis(250); // others find URLs, too
    private static final Duration LAST_PATIENCE = Duration.ofSeconds(1);

    private final ConnectionPool pool;
    private final Database database;
    private final FrontierStatements statements;
    private final PostgresOptions options;
    private final InstantSource clock;
    private final Ahead ahead;
    private final WorkerName name;

    private PostgresFrontier(ConnectionPool pool, PostgresOptions options, InstantSource clock) {
        this.pool = pool;
        database = new Database(pool, options.crawl(), options.patience());
        statements = new FrontierStatements(database, options.worker(), options.limits());
        this.options = options;
        this.clock = clock;
        ahead = new Ahead(claim -> statements.putBack(claim, Duration.ZERO, 0, null));
        name = new WorkerName(database, options.crawl(), options.worker());
    }

    /// Opens a crawl, and makes its tables if they are not there.
    ///
    /// @param settings where the database is
    public static PostgresFrontier open(PostgresSettings settings, PostgresOptions options)
            throws SQLException {
        return open(settings, options, InstantSource.system());
    }

    static PostgresFrontier open(
            PostgresSettings settings, PostgresOptions options, InstantSource clock)
            throws SQLException {
        try (var connection = settings.connect()) {
            Schema.ensure(connection, options.crawl(), options.patience());
        }
        var pool =
                settings.pool()
                        .name("frontier " + options.crawl())
                        .max(options.connections())
                        .open();
        return new PostgresFrontier(pool, options, clock);
    }

    @Override
    public boolean isShared() {
        return true;
    }

    /// Joins the run that the workers have begun, or begins the first one. A run that has ended is
    /// begun again if [PostgresOptions#again()] says so: all is looked at again then.
    ///
    /// From now on nobody else can begin under the name of this worker. Throws an
    /// `UncheckedIOException` if another worker has it, and waits for thirty seconds at most if one
    /// has it that does nothing more: it was killed, or cut off.
    @Override
    public Beginning begin() {
        name.take();
        return statements.beginRun(options.again());
    }

    @Override
    public long run() {
        return statements.run();
    }

    /// Ends the run, if no other worker has anything left either.
    @Override
    public void end() {
        statements.endRun();
    }

    @Override
    public boolean discovered(Entry entry) {
        return !discovered(List.of(entry)).isEmpty();
    }

    @Override
    public Collection<Entry> discovered(Collection<Entry> entries) {
        var fresh = new ArrayList<Entry>();
        var chunk = new ArrayList<Entry>();
        for (var entry : entries) {
            chunk.add(entry);
            if (chunk.size() == CHUNK) {
                fresh.addAll(statements.discover(chunk));
                chunk.clear();
            }
        }
        if (!chunk.isEmpty()) {
            fresh.addAll(statements.discover(chunk));
        }
        return fresh;
    }

    @Override
    public @Nullable Claim claim(Duration lease, Predicate<? super String> hosts) {
        var without = new HashSet<String>();
        // what waits here would come too late after a pause, or too soon before one
        int most = options.limits().pause().isZero() ? options.batch() : 1;
        if (ahead.isTimeToAsk()) { // others may have been told to leave a host alone
            ahead.drop(statements.blocked(ahead.hosts()));
        }
        while (true) {
            var next = ahead.next(hosts);
            if (next != null) {
                return next;
            }
            without.addAll(ahead.hosts());
            ahead.handedOut().stream().filter(host -> !hosts.test(host)).forEach(without::add);
            long before = System.nanoTime();
            var taken = statements.take(lease, without, most);
            if (taken.isEmpty()) {
                return null;
            }
            ahead.add(taken, lease, before);
        }
    }

    @Override
    public Duration age(Claim claim) {
        return ahead.age(claim);
    }

    @Override
    public boolean renew(Claim claim, Duration lease) {
        return statements.renew(claim, lease);
    }

    @Override
    public Collection<Claim> renew(Collection<Claim> claims, Duration lease) {
        return statements.renew(claims, lease);
    }

    @Override
    public boolean done(Claim claim, State end, String note) {
        if (end == State.QUEUED) {
            throw new IllegalArgumentException("no end: " + end);
        }
        ahead.ended(claim);
        return statements.finish(claim, end, note);
    }

    @Override
    public boolean retry(Claim claim, Instant from, String note) {
        ahead.ended(claim);
        return statements.putBack(
                claim, Duration.between(clock.instant(), from), 1, SqlValues.withoutNul(note));
    }

    @Override
    public boolean release(Claim claim) {
        return ahead.ended(claim) && statements.putBack(claim, Duration.ZERO, 0, null);
    }

    /// What was claimed of the host and waits here is given back; other workers do so within a
    /// second.
    @Override
    public void block(String host, Instant until) {
        statements.block(host, () -> Duration.between(clock.instant(), until));
        if (until.isAfter(clock.instant())) {
            ahead.drop(Set.of(host));
        }
    }

    /// When to look again: others may add URLs, and give back claims, at any time.
    @Override
    public @Nullable Instant due() {
        var wait = statements.nextDue();
        if (wait == null) {
            return null;
        }
        boolean isSoon = wait.isPositive() && wait.compareTo(LOOK_AGAIN) < 0;
        return clock.instant().plus(isSoon ? wait : LOOK_AGAIN); // what is due others have taken
    }

    @Override
    public @Nullable Entry find(String url) {
        return statements.find(url);
    }

    @Override
    public long count(State state) {
        return statements.count(state);
    }

    @Override
    public void requeue(State state) {
        if (state != State.QUEUED) {
            statements.requeue(state);
        }
    }

    @Override
    public boolean requeue(Entry found, String note) {
        return statements.requeue(found, note);
    }

    /// Gives out all that is known, in the order of the URLs' first sight; what changes meanwhile
    /// is given out as it was or as it is, and what is found meanwhile perhaps.
    @Override
    public void forEach(Consumer<? super Entry> consumer) {
        long last = 0;
        NavigableMap<Long, Entry> page;
        do {
            page = statements.page(last, PAGE);
            if (!page.isEmpty()) {
                last = page.lastKey();
            }
            page.values().forEach(consumer);
        } while (page.size() == PAGE);
    }

    /// Does nothing: each call is a transaction.
    @Override
    public void save() {}

    /// Gives back what was claimed ahead, unless the database is away, and closes the connections;
    /// what is claimed stays so until its lease ends.
    @Override
    public void close() {
        database.hurry(LAST_PATIENCE);
        try {
            ahead.close();
            name.close();
        } catch (UncheckedIOException e) {
            // their leases end, as the name's does
        } finally {
            pool.close();
        }
    }
}
