// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.postgresql;

import io.eventlet.db.ConnectionPool;
import io.eventlet.db.ConnectionPoolBuilder;
import io.eventlet.net.GreenSocketFactory;

import org.jspecify.annotations.Nullable;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/// Where a database is and how it is reached, as users of libpq say it: a URL
/// `postgresql://user@host:port/database?sslmode=verify-full`, and what that leaves out by the
/// variables `PGHOST`, `PGPORT`, `PGDATABASE`, `PGUSER`, `PGPASSWORD`, `PGPASSFILE`, `PGSSLMODE`,
/// `PGSSLROOTCERT`, `PGSSLCERT`, `PGSSLKEY`, `PGCONNECT_TIMEOUT`, `PGAPPNAME`, `PGOPTIONS`. The
/// password is found in `PGPASSWORD`, else in `PGPASSFILE` or `~/.pgpass`: never in the URL, which
/// others can see.
public final class PostgresSettings {
    private static final String DEFAULT_PORT = "5432";

    /// The variable and the driver's property.
    private static final Map<String, String> VARIABLES =
            Map.of(
                    "PGPASSFILE", "org.postgresql.pgpassfile",
                    "PGSSLMODE", "sslmode",
                    "PGSSLROOTCERT", "sslrootcert",
                    "PGSSLCERT", "sslcert",
                    "PGSSLKEY", "sslkey",
                    "PGCONNECT_TIMEOUT", "connectTimeout",
                    "PGAPPNAME", "ApplicationName",
                    "PGOPTIONS", "options");

    /// What a URL may say, by the names of libpq, and the driver's properties.
    private static final Map<String, String> PARAMETERS =
            Map.of(
                    "sslmode", "sslmode",
                    "sslrootcert", "sslrootcert",
                    "sslcert", "sslcert",
                    "sslkey", "sslkey",
                    "connect_timeout", "connectTimeout",
                    "application_name", "ApplicationName",
                    "options", "options",
                    "passfile", "org.postgresql.pgpassfile");

    private static final Set<String> SCHEMES = Set.of("postgresql", "postgres");

    private final String url; // of the driver
    private final String shown;
    private final Properties properties;

    private PostgresSettings(String url, String shown, Properties properties) {
        this.url = url;
        this.shown = shown;
        this.properties = properties;
    }

    /// Reads a URL, with the variables of this process. Throws an `IllegalArgumentException` if it
    /// is none, has a password, or says what is not known here.
    public static PostgresSettings parse(String url) {
        return parse(url, System::getenv);
    }

    static PostgresSettings parse(String url, UnaryOperator<@Nullable String> environment) {
        var uri = uri(url);
        var properties = new Properties();
        properties.setProperty("ApplicationName", "eventlet-mirror");
        VARIABLES.forEach((variable, property) -> {
            var value = environment.apply(variable);
            if (value != null) {
                properties.setProperty(property, value);
            }
        });
        parameters(uri)
                .forEach((name, value) -> {
                    var property = PARAMETERS.get(name);
                    if (property == null) {
                        throw new IllegalArgumentException(
                                "'%s' is not known in a URL of PostgreSQL; known are %s"
                                        .formatted(
                                                name,
                                                String.join(
                                                        ", ", new TreeMap<>(PARAMETERS).keySet())));
                    }
                    properties.setProperty(property, value);
                });
        properties.setProperty("user", user(uri, environment));
        var password = environment.apply("PGPASSWORD");
        if (password != null) {
            properties.setProperty("password", password);
        }
        properties.setProperty("gssEncMode", "disable");
        properties.setProperty("tcpKeepAlive", "true"); // a worker that is cut off must notice
        var host = first(uri.getHost(), environment.apply("PGHOST"), "localhost");
        var port =
                uri.getPort() >= 0
                        ? Integer.toString(uri.getPort())
                        : first(environment.apply("PGPORT"), DEFAULT_PORT);
        var path = uri.getPath() == null ? "" : uri.getPath();
        var database =
                first(
                        path.length() > 1 ? path.substring(1) : null,
                        environment.apply("PGDATABASE"),
                        properties.getProperty("user"));
        if (host.startsWith("/")) {
            throw new IllegalArgumentException(
                    "a socket in the file system cannot be used, only a host: " + host);
        }
        var place = "//%s:%s/%s".formatted(host, port, database);
        return new PostgresSettings("jdbc:postgresql:" + place, "postgresql:" + place, properties);
    }

    private static URI uri(String url) {
        if (hasPassword(url)) {
            throw new IllegalArgumentException(
                    "a password must not be in a URL, where others can see it; use PGPASSWORD"
                            + " or ~/.pgpass: "
                            + withoutPassword(url));
        }
        try {
            var uri = new URI(url.endsWith("://") ? url + '/' : url); // all by variables
            if (uri.getScheme() == null || !SCHEMES.contains(uri.getScheme())) {
                throw new IllegalArgumentException(
                        "a frontier is a URL such as postgresql://user@host:5432/database, not"
                                + " this: "
                                + withoutPassword(url));
            }
            if (uri.getRawAuthority() != null
                    && uri.getHost() == null) { // else it would be another host
                throw new IllegalArgumentException(
                        "no host, with or without a port, that a URL can have (letters, digits, -"
                                + " and .): "
                                + withoutPassword(url));
            }
            return uri;
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(
                    "not a URL: %s (%s)".formatted(withoutPassword(url), e.getReason()), e);
        }
    }

    /// Whether there is a colon before the last `@`, which a password may have in it.
    private static boolean hasPassword(String url) {
        int begin = url.indexOf("//") + 2;
        int query = url.indexOf('?');
        int at = query < 0 ? url.lastIndexOf('@') : url.lastIndexOf('@', query);
        int colon = url.indexOf(':', begin);
        return begin >= 2 && colon >= 0 && colon < at;
    }

    private static String withoutPassword(String url) {
        int begin = url.indexOf("//") + 2;
        int at = url.lastIndexOf('@');
        int colon = url.indexOf(':', begin);
        return begin < 2 || colon < 0 || colon > at
                ? url
                : url.substring(0, colon) + ":***" + url.substring(at);
    }

    private static Map<String, String> parameters(URI uri) {
        var parameters = new TreeMap<String, String>();
        if (uri.getRawQuery() != null) {
            for (var pair : uri.getRawQuery().split("&", -1)) {
                var parts = pair.split("=", 2);
                parameters.put(decoded(parts[0]), parts.length == 2 ? decoded(parts[1]) : "");
            }
        }
        return parameters;
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private static String user(URI uri, UnaryOperator<@Nullable String> environment) {
        var user = uri.getUserInfo();
        return first(user, environment.apply("PGUSER"), System.getProperty("user.name"));
    }

    private static String first(@Nullable String... candidates) {
        for (var candidate : candidates) {
            if (candidate != null && !candidate.isEmpty()) {
                return candidate;
            }
        }
        throw new IllegalStateException("nobody says which");
    }

    Connection connect() throws SQLException {
        var own = new Properties();
        own.putAll(properties);
        own.setProperty("socketFactory", GreenSocketFactory.class.getName());
        return DriverManager.getConnection(url, own);
    }

    ConnectionPoolBuilder pool() {
        var builder = ConnectionPool.builder(url);
        for (var name : properties.stringPropertyNames()) {
            builder.property(name, Objects.requireNonNull(properties.getProperty(name)));
        }
        return builder;
    }

    /// The place of the database, without user and password.
    @Override
    public String toString() {
        return shown;
    }
}
