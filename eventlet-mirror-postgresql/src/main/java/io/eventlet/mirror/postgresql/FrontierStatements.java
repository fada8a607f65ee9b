// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.postgresql;

import io.eventlet.mirror.frontier.Beginning;
import io.eventlet.mirror.frontier.Claim;
import io.eventlet.mirror.frontier.Entry;
import io.eventlet.mirror.frontier.State;

import org.jspecify.annotations.Nullable;

import java.sql.PreparedStatement;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;

/// The statements by which a worker asks the database of a frontier, each a transaction.
/// Thread-safe.
final class FrontierStatements {
    private final Database database;
    private final String worker;
    private final HostLimits limits;

    FrontierStatements(Database database, String worker, HostLimits limits) {
        this.database = database;
        this.worker = worker;
        this.limits = limits;
    }

    /// Begins the run of a worker. May take long in a large crawl.
    Beginning beginRun(boolean again) {
        return database.longQuery(
                "select crawl.begin_run(?, ?)",
                statement -> {
                    statement.setString(1, worker);
                    statement.setBoolean(2, again);
                    try (var rows = statement.executeQuery()) {
                        rows.next();
                        return Beginning.valueOf(rows.getString(1));
                    }
                });
    }

    /// How often the crawl was begun.
    long run() {
        return database.query(
                "select run from crawl.crawl",
                statement -> {
                    try (var rows = statement.executeQuery()) {
                        rows.next();
                        return rows.getLong(1);
                    }
                });
    }

    /// Ends the run, if no worker has anything left.
    void endRun() {
        var ignored = database.query("select crawl.end_run()", PreparedStatement::execute);
    }

    /// Those that were not known.
    List<Entry> discover(List<Entry> entries) {
        var digests =
                entries.stream().map(entry -> SqlValues.digest(entry.url())).toArray(byte[][]::new);
        return database.query(
                "select crawl.discover(?, ?, ?, ?, ?, ?, ?, ?, ?)",
                statement -> {
                    statement.setString(1, worker);
                    statement.setArray(
                            2, statement.getConnection().createArrayOf("bytea", digests));
                    SqlValues.setTexts(statement, 3, entries.stream().map(Entry::url));
                    SqlValues.setTexts(
                            statement,
                            4,
                            entries.stream().map(entry -> SqlValues.host(entry.host())));
                    SqlValues.setNumbers(statement, 5, entries.stream().map(Entry::depth));
                    SqlValues.setTexts(statement, 6, entries.stream().map(Entry::from));
                    SqlValues.setTexts(statement, 7, entries.stream().map(e -> e.state().name()));
                    SqlValues.setNumbers(statement, 8, entries.stream().map(Entry::tries));
                    SqlValues.setTexts(
                            statement,
                            9,
                            entries.stream().map(e -> SqlValues.withoutNul(e.note())));
                    try (var rows = statement.executeQuery()) {
                        rows.next();
                        var numbers = (Integer[]) rows.getArray(1).getArray(); // from 1
                        return Arrays.stream(numbers).map(n -> entries.get(n - 1)).toList();
                    }
                });
    }

    /// Claims some of what is due, of no host of `without`; those of the least depth come first.
    List<Claim> take(Duration lease, Set<String> without, int most) {
        return database.query(
                "select * from crawl.take(?, ?, ?, make_interval(secs => ?),"
                        + " make_interval(secs => ?), ?)",
                statement -> {
                    statement.setString(1, worker);
                    SqlValues.setTexts(statement, 2, without.stream());
                    statement.setInt(3, limits.concurrency());
                    statement.setDouble(4, SqlValues.seconds(limits.pause()));
                    statement.setDouble(5, SqlValues.seconds(lease));
                    statement.setInt(6, most);
                    try (var rows = statement.executeQuery()) {
                        var claims = new TreeMap<Long, Claim>(); // in the order of their finding
                        while (rows.next()) {
                            claims.put(
                                    rows.getLong("id"),
                                    new Claim(SqlValues.entry(rows), rows.getLong("claim")));
                        }
                        return claims.values().stream()
                                .sorted(Comparator.comparingInt(claim -> claim.entry().depth()))
                                .toList();
                    }
                });
    }

    /// Whether it was not lost.
    boolean renew(Claim claim, Duration lease) {
        return database.query(
                "select crawl.renew(?, make_interval(secs => ?))",
                statement -> {
                    statement.setLong(1, claim.number());
                    statement.setDouble(2, SqlValues.seconds(lease));
                    return SqlValues.isTrue(statement);
                });
    }

    /// Those that were not lost.
    Collection<Claim> renew(Collection<Claim> claims, Duration lease) {
        return database.query(
                "select crawl.renew(?, make_interval(secs => ?))",
                statement -> {
                    statement.setDouble(2, SqlValues.seconds(lease));
                    var numbers = claims.stream().map(Claim::number).toArray(Long[]::new);
                    statement.setArray(
                            1, statement.getConnection().createArrayOf("bigint", numbers));
                    var kept = new HashSet<Long>();
                    try (var rows = statement.executeQuery()) {
                        while (rows.next()) {
                            kept.add(rows.getLong(1));
                        }
                    }
                    return claims.stream().filter(claim -> kept.contains(claim.number())).toList();
                });
    }

    /// Whether the claim was not lost.
    boolean finish(Claim claim, State end, String note) {
        return database.query(
                "select crawl.finish(?, ?, ?, ?)",
                statement -> {
                    statement.setString(1, worker);
                    statement.setLong(2, claim.number());
                    statement.setString(3, end.name());
                    statement.setString(4, SqlValues.withoutNul(note));
                    return SqlValues.isTrue(statement);
                });
    }

    /// Whether the claim was not lost.
    ///
    /// @param note null to leave that as it is
    boolean putBack(Claim claim, Duration wait, int tries, @Nullable String note) {
        return database.query(
                "select crawl.put_back(?, make_interval(secs => ?), ?, ?)",
                statement -> {
                    statement.setLong(1, claim.number());
                    statement.setDouble(2, SqlValues.seconds(wait));
                    statement.setInt(3, tries);
                    statement.setString(4, note);
                    return SqlValues.isTrue(statement);
                });
    }

    /// @param rest what is left of the time: less with each attempt
    void block(String host, Supplier<Duration> rest) {
        var ignored =
                database.query(
                        "select crawl.block(?, make_interval(secs => ?))",
                        statement -> {
                            statement.setString(1, SqlValues.host(host));
                            statement.setDouble(2, SqlValues.seconds(rest.get()));
                            return statement.execute();
                        });
    }

    /// Those of some hosts that are left alone now.
    Set<String> blocked(Set<String> hosts) {
        return database.query(
                "select crawl.blocked(?)",
                statement -> {
                    SqlValues.setTexts(statement, 1, hosts.stream());
                    var blocked = new HashSet<String>();
                    try (var rows = statement.executeQuery()) {
                        while (rows.next()) {
                            blocked.add(rows.getString(1));
                        }
                    }
                    return blocked;
                });
    }

    /// How long until something is due; null if nothing will be.
    @Nullable Duration nextDue() {
        return database.query(
                "select extract(epoch from crawl.next_due())",
                statement -> {
                    try (var rows = statement.executeQuery()) {
                        rows.next();
                        double seconds = rows.getDouble(1);
                        return rows.wasNull()
                                ? null
                                : Duration.ofNanos((long) (seconds * SqlValues.SECOND));
                    }
                });
    }

    @Nullable Entry find(String url) {
        return database.query(
                "select * from crawl.url where digest = ?",
                statement -> {
                    statement.setBytes(1, SqlValues.digest(url));
                    try (var rows = statement.executeQuery()) {
                        return rows.next() ? SqlValues.entry(rows) : null;
                    }
                });
    }

    long count(State state) {
        return database.query(
                "select coalesce(sum(urls), 0)::bigint from crawl.tally where state = ?",
                statement -> {
                    statement.setString(1, state.name());
                    try (var rows = statement.executeQuery()) {
                        rows.next();
                        return rows.getLong(1);
                    }
                });
    }

    /// May take long in a large crawl.
    void requeue(State state) {
        var ignored =
                database.longQuery(
                        "select crawl.requeue(?, ?)",
                        statement -> {
                            statement.setString(1, worker);
                            statement.setString(2, state.name());
                            return statement.execute();
                        });
    }

    /// Whether it was as it was found.
    boolean requeue(Entry found, String note) {
        return database.query(
                "select crawl.requeue_one(?, ?, ?, ?, ?)",
                statement -> {
                    statement.setString(1, worker);
                    statement.setBytes(2, SqlValues.digest(found.url()));
                    statement.setString(3, found.state().name());
                    statement.setString(4, SqlValues.withoutNul(found.note()));
                    statement.setString(5, SqlValues.withoutNul(note));
                    try (var rows = statement.executeQuery()) {
                        rows.next();
                        return rows.getBoolean(1);
                    }
                });
    }

    /// What is known, in the order of its first sight: so many from behind a number on.
    NavigableMap<Long, Entry> page(long last, int most) {
        return database.query(
                "select * from crawl.url where id > ? order by id limit " + most,
                statement -> {
                    var entries = new TreeMap<Long, Entry>();
                    statement.setLong(1, last);
                    try (var rows = statement.executeQuery()) {
                        while (rows.next()) {
                            entries.put(rows.getLong("id"), SqlValues.entry(rows));
                        }
                    }
                    return entries;
                });
    }
}
