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
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;

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
    private static final double SECOND = 1e9;

    private final ConnectionPool pool;
    private final Database database;
    private final PostgresOptions options;
    private final InstantSource clock;
    private final Ahead ahead;

    private PostgresFrontier(ConnectionPool pool, PostgresOptions options, InstantSource clock) {
        this.pool = pool;
        database = new Database(pool, options.patience());
        this.options = options;
        this.clock = clock;
        ahead = new Ahead(claim -> putBack(claim, Duration.ZERO, 0, null));
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
            Schema.ensure(connection, options.crawl());
        }
        var pool =
                settings.pool()
                        .name("frontier " + options.crawl())
                        .max(options.connections())
                        .onConnect(connection -> prepare(connection, options.crawl()))
                        .open();
        return new PostgresFrontier(pool, options, clock);
    }

    /// What is lost when the database crashes is done again: it need not wait for its disk.
    private static void prepare(Connection connection, String crawl) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute("set search_path = " + crawl);
            statement.execute("set synchronous_commit = off");
        }
    }

    /// Joins the run that the workers have begun, or begins the first one. A run that has ended is
    /// begun again if [PostgresOptions#again()] says so: all is looked at again then.
    @Override
    public Beginning begin() {
        return database.query(
                "select begin_run(?, ?)",
                statement -> {
                    statement.setString(1, options.worker());
                    statement.setBoolean(2, options.again());
                    try (var rows = statement.executeQuery()) {
                        rows.next();
                        return Beginning.valueOf(rows.getString(1));
                    }
                });
    }

    @Override
    public long run() {
        return database.query(
                "select run from crawl",
                statement -> {
                    try (var rows = statement.executeQuery()) {
                        rows.next();
                        return rows.getLong(1);
                    }
                });
    }

    /// Ends the run, if no other worker has anything left either.
    @Override
    public void end() {
        var ignored = database.query("select end_run()", PreparedStatement::execute);
    }

    @Override
    public boolean discovered(Entry entry) {
        return discovered(List.of(entry)) == 1;
    }

    @Override
    public int discovered(Collection<Entry> entries) {
        int fresh = 0;
        var chunk = new ArrayList<Entry>();
        for (var entry : entries) {
            chunk.add(entry);
            if (chunk.size() == CHUNK) {
                fresh += discover(chunk);
                chunk.clear();
            }
        }
        return chunk.isEmpty() ? fresh : fresh + discover(chunk);
    }

    private int discover(List<Entry> entries) {
        var digests = entries.stream().map(entry -> digest(entry.url())).toArray(byte[][]::new);
        return database.query(
                "select discover(?, ?, ?, ?, ?, ?, ?, ?, ?)",
                statement -> {
                    statement.setString(1, options.worker());
                    statement.setArray(
                            2, statement.getConnection().createArrayOf("bytea", digests));
                    setTexts(statement, 3, entries.stream().map(Entry::url));
                    setTexts(statement, 4, entries.stream().map(Entry::host));
                    setNumbers(statement, 5, entries.stream().map(Entry::depth));
                    setTexts(statement, 6, entries.stream().map(Entry::from));
                    setTexts(statement, 7, entries.stream().map(e -> e.state().name()));
                    setNumbers(statement, 8, entries.stream().map(Entry::tries));
                    setTexts(statement, 9, entries.stream().map(e -> withoutNul(e.note())));
                    try (var rows = statement.executeQuery()) {
                        rows.next();
                        return rows.getInt(1);
                    }
                });
    }

    private static void setTexts(PreparedStatement statement, int index, Stream<String> texts)
            throws SQLException {
        statement.setArray(
                index,
                statement.getConnection().createArrayOf("text", texts.toArray(String[]::new)));
    }

    private static void setNumbers(PreparedStatement statement, int index, Stream<Integer> numbers)
            throws SQLException {
        statement.setArray(
                index,
                statement
                        .getConnection()
                        .createArrayOf("integer", numbers.toArray(Integer[]::new)));
    }

    @Override
    public @Nullable Claim claim(Duration lease, Predicate<? super String> hosts) {
        var without = new HashSet<String>();
        while (true) {
            var next = ahead.next(hosts);
            if (next != null) {
                return next;
            }
            without.addAll(ahead.hosts());
            ahead.handedOut().stream().filter(host -> !hosts.test(host)).forEach(without::add);
            long before = System.nanoTime();
            var taken = take(lease, without);
            if (taken.isEmpty()) {
                return null;
            }
            ahead.add(taken, lease, before);
        }
    }

    private List<Claim> take(Duration lease, Set<String> without) {
        // what waits here would come too late after a pause, or too soon before one
        int most = options.limits().pause().isZero() ? options.batch() : 1;
        return database.query(
                "select * from take(?, ?, ?, make_interval(secs => ?), make_interval(secs => ?),"
                        + " ?)",
                statement -> {
                    statement.setString(1, options.worker());
                    setTexts(statement, 2, without.stream());
                    statement.setInt(3, options.limits().concurrency());
                    statement.setDouble(4, seconds(options.limits().pause()));
                    statement.setDouble(5, seconds(lease));
                    statement.setInt(6, most);
                    try (var rows = statement.executeQuery()) {
                        var claims = new ArrayList<Claim>();
                        while (rows.next()) {
                            claims.add(new Claim(entry(rows), rows.getLong("claim")));
                        }
                        claims.sort(Comparator.comparingInt(claim -> claim.entry().depth()));
                        return claims;
                    }
                });
    }

    private static Entry entry(ResultSet rows) throws SQLException {
        return new Entry(
                rows.getString("url"),
                rows.getString("host"),
                rows.getInt("depth"),
                rows.getString("found_at"),
                State.valueOf(rows.getString("state")),
                rows.getInt("tries"),
                rows.getString("note"));
    }

    @Override
    public Duration age(Claim claim) {
        return ahead.age(claim);
    }

    @Override
    public boolean renew(Claim claim, Duration lease) {
        return database.query(
                "select renew(?, make_interval(secs => ?))",
                statement -> {
                    statement.setLong(1, claim.number());
                    statement.setDouble(2, seconds(lease));
                    return isTrue(statement);
                });
    }

    @Override
    public Collection<Claim> renew(Collection<Claim> claims, Duration lease) {
        return database.query(
                "update url set due = moment() + make_interval(secs => ?) where claim = any(?)"
                        + " returning claim",
                statement -> {
                    statement.setDouble(1, seconds(lease));
                    var numbers = claims.stream().map(Claim::number).toArray(Long[]::new);
                    statement.setArray(
                            2, statement.getConnection().createArrayOf("bigint", numbers));
                    var kept = new HashSet<Long>();
                    try (var rows = statement.executeQuery()) {
                        while (rows.next()) {
                            kept.add(rows.getLong(1));
                        }
                    }
                    return claims.stream().filter(claim -> kept.contains(claim.number())).toList();
                });
    }

    @Override
    public boolean done(Claim claim, State end, String note) {
        if (end == State.QUEUED) {
            throw new IllegalArgumentException("no end: " + end);
        }
        ahead.ended(claim);
        return database.query(
                "select finish(?, ?, ?, ?)",
                statement -> {
                    statement.setString(1, options.worker());
                    statement.setLong(2, claim.number());
                    statement.setString(3, end.name());
                    statement.setString(4, withoutNul(note));
                    return isTrue(statement);
                });
    }

    @Override
    public boolean retry(Claim claim, Instant from, String note) {
        ahead.ended(claim);
        return putBack(claim, Duration.between(clock.instant(), from), 1, withoutNul(note));
    }

    @Override
    public boolean release(Claim claim) {
        return ahead.ended(claim) && putBack(claim, Duration.ZERO, 0, null);
    }

    private boolean putBack(Claim claim, Duration wait, int tries, @Nullable String note) {
        return database.query(
                "select put_back(?, make_interval(secs => ?), ?, ?)",
                statement -> {
                    statement.setLong(1, claim.number());
                    statement.setDouble(2, seconds(wait));
                    statement.setInt(3, tries);
                    statement.setString(4, note);
                    return isTrue(statement);
                });
    }

    @Override
    public void block(String host, Instant until) {
        var ignored =
                database.query(
                        "select block(?, make_interval(secs => ?))",
                        statement -> {
                            statement.setString(1, host);
                            statement.setDouble(
                                    2, seconds(Duration.between(clock.instant(), until)));
                            return statement.execute();
                        });
    }

    /// When to look again: others may add URLs, and give back claims, at any time.
    @Override
    public @Nullable Instant due() {
        var wait =
                database.query(
                        "select extract(epoch from next_due())",
                        statement -> {
                            try (var rows = statement.executeQuery()) {
                                rows.next();
                                double seconds = rows.getDouble(1);
                                return rows.wasNull()
                                        ? null
                                        : Duration.ofNanos((long) (seconds * SECOND));
                            }
                        });
        if (wait == null) {
            return null;
        }
        boolean isSoon = wait.isPositive() && wait.compareTo(LOOK_AGAIN) < 0;
        return clock.instant().plus(isSoon ? wait : LOOK_AGAIN); // what is due others have taken
    }

    @Override
    public @Nullable Entry find(String url) {
        return database.query(
                "select * from url where digest = ?",
                statement -> {
                    statement.setBytes(1, digest(url));
                    try (var rows = statement.executeQuery()) {
                        return rows.next() ? entry(rows) : null;
                    }
                });
    }

    @Override
    public long count(State state) {
        return database.query(
                "select coalesce(sum(urls), 0)::bigint from tally where state = ?",
                statement -> {
                    statement.setString(1, state.name());
                    try (var rows = statement.executeQuery()) {
                        rows.next();
                        return rows.getLong(1);
                    }
                });
    }

    @Override
    public void requeue(State state) {
        if (state == State.QUEUED) {
            return;
        }
        var ignored =
                database.query(
                        "select requeue(?, ?)",
                        statement -> {
                            statement.setString(1, options.worker());
                            statement.setString(2, state.name());
                            return statement.execute();
                        });
    }

    /// Gives out all that is known, in the order of the URLs' first sight; what changes meanwhile
    /// is given out as it was or as it is.
    @Override
    public void forEach(Consumer<? super Entry> consumer) {
        var last = new AtomicLong();
        List<Entry> page;
        do {
            page =
                    database.query(
                            "select * from url where id > ? order by id limit " + PAGE,
                            statement -> {
                                var entries = new ArrayList<Entry>();
                                statement.setLong(1, last.get());
                                try (var rows = statement.executeQuery()) {
                                    while (rows.next()) {
                                        entries.add(entry(rows));
                                        last.set(rows.getLong("id"));
                                    }
                                }
                                return entries;
                            });
            page.forEach(consumer);
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
        } catch (UncheckedIOException e) {
            // their leases end
        } finally {
            pool.close();
        }
    }

    private static boolean isTrue(PreparedStatement statement) throws SQLException {
        try (var rows = statement.executeQuery()) {
            return rows.next() && rows.getBoolean(1);
        }
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / SECOND;
    }

    private static String withoutNul(String text) {
        return text.replace('\0', '\uFFFD'); // which PostgreSQL refuses
    }

    private static byte[] digest(String url) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(url.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JDK has it
        }
    }
}
