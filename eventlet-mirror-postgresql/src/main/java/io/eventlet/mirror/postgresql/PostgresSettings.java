// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.postgresql;

import io.eventlet.db.ConnectionPool;
import io.eventlet.db.ConnectionPoolBuilder;
import io.eventlet.mirror.postgresql.driver.PathSocketFactory;
import io.eventlet.net.GreenSocketFactory;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.function.UnaryOperator;

/// Where a database is and how it is reached, as users of libpq say it: a URL
/// `postgresql://user@host:port/database?sslmode=verify-full`, and what that leaves out by the
/// service that `service` or `PGSERVICE` names, and by the variables `PGHOST`, `PGPORT`,
/// `PGDATABASE`, `PGUSER`, `PGPASSWORD`, `PGPASSFILE`, `PGSSLMODE`, `PGSSLROOTCERT`, `PGSSLCERT`,
/// `PGSSLKEY` and others. The password is found in the service, in `PGPASSWORD`, or in `PGPASSFILE`
/// or `~/.pgpass`, if nobody else may read that: never in the URL, which others can see.
///
/// There may be several hosts, of which the first that can be written to is taken, or a directory
/// with the server's socket.
public final class PostgresSettings {
    private static final String UNUSABLE = "F0000"; // of SQL: an error of a configuration file

    /// The keyword of libpq and the driver's property, where both mean the same.
    private static final Map<String, String> SAME =
            Map.of(
                    "channel_binding", "channelBinding",
                    "require_auth", "requireAuth",
                    "connect_timeout", "connectTimeout",
                    "application_name", "ApplicationName",
                    "options", "options");

    private final Keywords keywords;
    private final Servers servers;
    private final String user;
    private final String database;

    private PostgresSettings(Keywords keywords) {
        this.keywords = keywords;
        servers = Servers.of(keywords);
        user = keywords.get("user", System.getProperty("user.name"));
        database = keywords.get("dbname", user);
        if (!servers.isOnPath()) {
            var _ = new Tls(keywords).ensureMode();
        }
    }

    /// Reads a URL, with the variables of this process. Throws an `IllegalArgumentException` if it
    /// is none, has a password, or says what is not known here.
    public static PostgresSettings parse(String url) {
        return parse(url, System::getenv);
    }

    static PostgresSettings parse(String url, UnaryOperator<@Nullable String> environment) {
        return new PostgresSettings(Keywords.of(url, environment));
    }

    private String url() {
        return servers.url(database);
    }

    Connection connect() throws SQLException {
        var passwords = passwords();
        var properties = properties(passwords);
        try {
            return DriverManager.getConnection(url(), properties);
        } catch (SQLException e) {
            boolean hasPassword = !"".equals(properties.getProperty("password"));
            throw ConnectionFailure.explain(e, hasPassword, passwords.complaint());
        }
    }

    ConnectionPoolBuilder pool() throws SQLException {
        var builder = ConnectionPool.builder(url());
        var properties = properties(passwords());
        for (var name : properties.stringPropertyNames()) {
            builder.property(name, Objects.requireNonNull(properties.getProperty(name)));
        }
        return builder;
    }

    private PasswordFile passwords() {
        var given = keywords.get("passfile");
        return keywords.get("password") != null
                ? new PasswordFile(List.of(), null)
                : PasswordFile.read(
                        given == null ? keywords.home().resolve(".pgpass") : Path.of(given));
    }

    /// What the driver is told.
    private Properties properties(PasswordFile passwords) throws SQLException {
        var properties = new Properties();
        properties.setProperty("ApplicationName", "eventlet-mirror");
        SAME.forEach((keyword, property) -> {
            var value = keywords.get(keyword);
            if (value != null) {
                properties.setProperty(property, value);
            }
        });
        properties.setProperty("user", user);
        properties.setProperty("password", password(passwords));
        properties.setProperty("gssEncMode", "disable");
        properties.setProperty("tcpKeepAlive", "true"); // a worker that is cut off must notice
        properties.setProperty("prepareThreshold", "0"); // a pooler lends what knows the statement
        properties.setProperty("targetServerType", servers.kind());
        if (servers.isOnPath()) {
            properties.setProperty("sslmode", "disable"); // as libpq does
            properties.setProperty("socketFactory", PathSocketFactory.class.getName());
            properties.setProperty("socketFactoryArg", servers.path());
        } else {
            properties.setProperty("socketFactory", GreenSocketFactory.class.getName());
            try {
                new Tls(keywords).apply(properties);
            } catch (IOException e) {
                throw new SQLException(e.getMessage(), UNUSABLE, e);
            }
        }
        return properties;
    }

    /// Empty if there is none, so that the driver does not look for one by other rules.
    private String password(PasswordFile passwords) throws SQLException {
        var given = keywords.get("password");
        if (given != null) {
            return given;
        }
        var found = new HashSet<String>();
        for (var server : servers.all()) {
            var one = passwords.find(server.name(), server.port(), database, user);
            found.add(one == null ? "" : one);
        }
        if (found.size() > 1) {
            throw new SQLException(
                    "the hosts of one database have passwords that differ", UNUSABLE);
        }
        return found.iterator().next();
    }

    /// The place of the database, without user and password.
    @Override
    public String toString() {
        return servers.shown(database);
    }
}
