// SPDX-License-Identifier: Apache-2.0
package io.eventlet.db;

import io.eventlet.ThrowingSupplier;
import io.eventlet.lang.Durations;
import io.eventlet.net.GreenSocketFactory;

import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Objects;
import java.util.Properties;

/// How a [ConnectionPool] is to be. What is not said has a default.
public final class ConnectionPoolBuilder {
    private static final String SOCKET_FACTORY = "socketFactory";
    private static final Duration USUAL_LIMIT = Duration.ofSeconds(30);
    private static final Duration USUAL_TRUST = Duration.ofMillis(500);
    private static final int VALIDATION_SECONDS = 5;

    private final String url;
    private final @Nullable ThrowingSupplier<? extends Connection, ? extends SQLException> source;
    private final Properties properties = new Properties();
    @Nullable String name;
    int min;
    int max = 10;
    @Nullable Duration limit = USUAL_LIMIT; // null for no limit, as the next
    @Nullable Duration maxAge;
    @Nullable Duration maxIdle;
    Duration trust = USUAL_TRUST;
    @Nullable Duration heldFor;
    Initialization initialize = _ -> {};

    /// What is done with each new connection.
    @FunctionalInterface
    public interface Initialization {
        void accept(Connection connection) throws SQLException;
    }

    ConnectionPoolBuilder(
            String url,
            @Nullable ThrowingSupplier<? extends Connection, ? extends SQLException> source) {
        this.url = url;
        this.source = source;
    }

    /// What the pool is called in messages and dumps.
    public ConnectionPoolBuilder name(String poolName) {
        name = Objects.requireNonNull(poolName);
        return this;
    }

    /// The user whom a driver is to connect as.
    public ConnectionPoolBuilder user(String user) {
        return property("user", user);
    }

    /// The password of the user.
    public ConnectionPoolBuilder password(String password) {
        return property("password", password);
    }

    /// A property of the driver's. For a pool of a URL.
    public ConnectionPoolBuilder property(String key, String value) {
        if (source != null) {
            throw new IllegalStateException("a source of connections takes no properties: " + key);
        }
        properties.setProperty(key, value);
        return this;
    }

    /// How many connections there may be at once. Default: 10.
    public ConnectionPoolBuilder max(int count) {
        max = count;
        return this;
    }

    /// How many connections are opened with the pool, and not closed for being idle. Default: 0.
    public ConnectionPoolBuilder min(int count) {
        min = count;
        return this;
    }

    /// How long `getConnection()` may take: to wait, to connect, to see whether a connection is
    /// good. Default: 30 seconds.
    public ConnectionPoolBuilder limit(Duration time) {
        limit = Durations.ensureNotNegative(time, "the limit of a wait");
        return this;
    }

    /// Let `getConnection()` take as long as it takes.
    public ConnectionPoolBuilder noLimit() {
        limit = null;
        return this;
    }

    /// How long after it was opened a connection may be lent, some of them up to an eighth less, so
    /// that not all end at once. Default: no limit; with zero each is lent once.
    public ConnectionPoolBuilder maxAge(Duration age) {
        maxAge = Durations.ensureNotNegative(age, "the age of a connection");
        return this;
    }

    /// How long a connection may be idle: after that it is not lent, and after twice that it has
    /// been closed. Default: no limit; with zero none is kept.
    public ConnectionPoolBuilder maxIdle(Duration time) {
        maxIdle = Durations.ensureNotNegative(time, "the time a connection may be idle");
        return this;
    }

    /// For how long after its last use a connection is taken to be good. One that was idle for
    /// longer is asked by `isValid` before it is lent, as are all after one was lost. Default: 500
    /// milliseconds; with zero each is asked.
    public ConnectionPoolBuilder trustFor(Duration time) {
        trust = Durations.ensureNotNegative(time, "the time a connection is taken to be good");
        return this;
    }

    /// What is done with each new connection: its settings are those that it has afterwards, for
    /// instance not to commit by itself.
    public ConnectionPoolBuilder onConnect(Initialization action) {
        initialize = Objects.requireNonNull(action);
        return this;
    }

    /// Log a warning, once, of each connection that is lent for longer: to which thread, where that
    /// is, and with `-Deventlet.trace=true` where it got the connection. Default: none.
    public ConnectionPoolBuilder warnWhenHeldFor(Duration time) {
        heldFor = Durations.ensureNotNegative(time, "the time a connection is held");
        return this;
    }

    /// Opens the pool, and as many connections as it is to have at least; throws what the driver
    /// throws if it cannot.
    public ConnectionPool open() throws SQLException {
        if (min < 0 || min > max) {
            throw new IllegalArgumentException(
                    "the least connections must be from 0 to the most, %d: %d".formatted(max, min));
        }
        Guards.awaitMade();
        var pool = new ConnectionPool(this, source != null ? source : ofDriver());
        try {
            fill(pool);
        } catch (Throwable e) {
            pool.close();
            throw e;
        }
        return pool;
    }

    private ThrowingSupplier<Connection, SQLException> ofDriver() throws SQLException {
        var driver = DriverManager.getDriver(url);
        var all = new Properties();
        all.putAll(properties);
        if ((url.startsWith("jdbc:postgresql:") || url.startsWith("jdbc:mariadb:"))
                && !url.contains(SOCKET_FACTORY + "=")) {
            all.putIfAbsent(SOCKET_FACTORY, GreenSocketFactory.class.getName());
        }
        return () -> {
            var connection = driver.connect(url, all);
            if (connection == null) {
                throw new SQLNonTransientConnectionException(driver + " does not take its URL");
            }
            return connection;
        };
    }

    private void fill(ConnectionPool pool) throws SQLException {
        var lent = new ArrayList<Connection>();
        try {
            while (lent.size() < min) {
                lent.add(pool.getConnection());
            }
        } finally {
            for (var connection : lent) {
                connection.close();
            }
        }
    }

    /// How long a connection may take to say that it is good.
    int validationSeconds() {
        return limit == null
                ? VALIDATION_SECONDS
                : Math.clamp(limit.toSeconds(), 1, VALIDATION_SECONDS);
    }
}
