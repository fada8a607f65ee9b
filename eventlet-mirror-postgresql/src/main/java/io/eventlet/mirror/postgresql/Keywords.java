// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.postgresql;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/// What is said of a connection, by the keywords of libpq: by a URL, by the service that it names,
/// and by variables of the environment; the first that says something is heeded.
final class Keywords {
    /// What libpq reads from the environment, and we know.
    private static final Map<String, String> VARIABLES =
            Map.ofEntries(
                    Map.entry("PGHOST", "host"),
                    Map.entry("PGPORT", "port"),
                    Map.entry("PGDATABASE", "dbname"),
                    Map.entry("PGUSER", "user"),
                    Map.entry("PGPASSWORD", "password"),
                    Map.entry("PGPASSFILE", "passfile"),
                    Map.entry("PGSERVICE", "service"),
                    Map.entry("PGSSLMODE", "sslmode"),
                    Map.entry("PGSSLNEGOTIATION", "sslnegotiation"),
                    Map.entry("PGSSLROOTCERT", "sslrootcert"),
                    Map.entry("PGSSLCERT", "sslcert"),
                    Map.entry("PGSSLKEY", "sslkey"),
                    Map.entry("PGCHANNELBINDING", "channel_binding"),
                    Map.entry("PGREQUIREAUTH", "require_auth"),
                    Map.entry("PGTARGETSESSIONATTRS", "target_session_attrs"),
                    Map.entry("PGCONNECT_TIMEOUT", "connect_timeout"),
                    Map.entry("PGAPPNAME", "application_name"),
                    Map.entry("PGOPTIONS", "options"));

    /// What would make a connection safer, and is not done here: to ignore it would be to lie.
    private static final Map<String, String> NOT_DONE =
            Map.of(
                    "PGHOSTADDR", "hostaddr",
                    "PGREQUIREPEER", "requirepeer",
                    "PGSSLCRL", "sslcrl",
                    "PGSSLCRLDIR", "sslcrldir",
                    "PGSSLMINPROTOCOLVERSION", "ssl_min_protocol_version",
                    "PGSSLMAXPROTOCOLVERSION", "ssl_max_protocol_version");

    private static final Set<String> KNOWN = new TreeSet<>(VARIABLES.values());

    private final Map<String, String> values;
    private final UnaryOperator<@Nullable String> environment;

    private Keywords(Map<String, String> values, UnaryOperator<@Nullable String> environment) {
        this.values = values;
        this.environment = environment;
    }

    /// Throws an `IllegalArgumentException` if something is wrong with the URL, the service, or a
    /// variable.
    static Keywords of(String url, UnaryOperator<@Nullable String> environment) {
        var all = new Keywords(new TreeMap<>(PostgresUrl.parse(url)), environment);
        all.ensureKnown("a URL of PostgreSQL");
        var service = all.get("service");
        var named = service == null ? environment.apply("PGSERVICE") : service;
        if (named != null && !named.isEmpty()) {
            all.addService(named);
        }
        NOT_DONE.forEach((variable, keyword) -> {
            if (isSet(environment.apply(variable))) {
                throw new IllegalArgumentException(
                        "%s is set, and '%s' is not known here".formatted(variable, keyword));
            }
        });
        if ("require".equals(environment.apply("PGGSSENCMODE"))) {
            throw new IllegalArgumentException(
                    "PGGSSENCMODE is require, and encryption by GSS is not known here");
        }
        VARIABLES.forEach((variable, keyword) -> {
            var value = environment.apply(variable);
            if (value != null && !value.isEmpty()) {
                all.values.putIfAbsent(keyword, value);
            }
        });
        return all;
    }

    private static boolean isSet(@Nullable String value) {
        return value != null && !value.isEmpty();
    }

    private void ensureKnown(String where) {
        for (var keyword : values.keySet()) {
            if (!KNOWN.contains(keyword)) {
                throw new IllegalArgumentException(
                        "'%s' is not known in %s; known are %s"
                                .formatted(keyword, where, String.join(", ", KNOWN)));
            }
        }
    }

    /// Looks for a service in the user's file, then in the system's.
    private void addService(String service) {
        try {
            var own = environment.apply("PGSERVICEFILE");
            var user = own == null ? home().resolve(".pg_service.conf") : Path.of(own);
            if (own != null || Files.exists(user)) {
                if (addService(service, user)) {
                    return;
                }
            }
            var system = environment.apply("PGSYSCONFDIR");
            if (system != null) {
                var file = Path.of(system, "pg_service.conf");
                if (Files.exists(file) && addService(service, file)) {
                    return;
                }
            }
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "the file of services cannot be read: " + e.getMessage(), e);
        }
        throw new IllegalArgumentException("there is no service '%s'".formatted(service));
    }

    /// Whether a file has the service.
    private boolean addService(String service, Path file) throws IOException {
        boolean isIn = false;
        boolean isFound = false;
        for (var line : Files.readAllLines(file)) {
            var text = line.strip();
            if (text.startsWith("[")) {
                if (isFound) {
                    break;
                }
                isIn = text.equals("[" + service + "]");
                isFound = isIn;
            } else if (isIn && !text.isEmpty() && !text.startsWith("#")) {
                var parts = text.split("=", 2);
                if (parts.length < 2 || parts[0].equals("service")) {
                    throw new IllegalArgumentException(
                            "service '%s' of %s: no line of a service: %s"
                                    .formatted(service, file, parts[0]));
                }
                values.putIfAbsent(parts[0].strip(), parts[1].strip());
            }
        }
        ensureKnown("a service");
        return isFound;
    }

    @Nullable String get(String keyword) {
        return values.get(keyword);
    }

    String get(String keyword, String otherwise) {
        return values.getOrDefault(keyword, otherwise);
    }

    Path home() {
        var home = environment.apply("HOME");
        return Path.of(home == null || home.isEmpty() ? System.getProperty("user.home") : home);
    }
}
