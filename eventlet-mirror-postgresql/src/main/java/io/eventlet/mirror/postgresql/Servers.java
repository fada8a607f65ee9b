// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.postgresql;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// The servers that a database may be on: hosts, or one directory with a socket.
///
/// @param kind which of them is taken, as the driver says it
record Servers(List<Server> all, String kind) {
    private static final String DEFAULT_PORT = "5432";
    private static final int LARGEST_PORT = 65_535;

    /// A frontier is written to: those that libpq would take for reading only are none.
    private static final Map<String, String> KINDS =
            Map.of("any", "any", "read-write", "primary", "primary", "primary");

    /// @param name of a host, or a directory
    record Server(String name, String port) {
        boolean isOnPath() {
            return name.startsWith("/");
        }

        String hostAndPort() {
            return (name.indexOf(':') >= 0 ? "[" + name + "]" : name) + ":" + port;
        }
    }

    static Servers of(Keywords keywords) {
        var hosts = List.of(keywords.get("host", "localhost").split(",", -1));
        var ports = List.of(keywords.get("port", DEFAULT_PORT).split(",", -1));
        if (ports.size() > 1 && ports.size() != hosts.size()) {
            throw new IllegalArgumentException(
                    "%d ports for %d hosts".formatted(ports.size(), hosts.size()));
        }
        var all = new ArrayList<Server>();
        for (int i = 0; i < hosts.size(); i++) {
            all.add(server(hosts.get(i), ports.get(ports.size() == 1 ? 0 : i)));
        }
        if (all.size() > 1 && all.stream().anyMatch(Server::isOnPath)) {
            throw new IllegalArgumentException(
                    "a socket in the file system cannot be one of several servers");
        }
        var wanted = keywords.get("target_session_attrs", all.size() > 1 ? "read-write" : "any");
        var kind = KINDS.get(wanted);
        if (kind == null) {
            throw new IllegalArgumentException(
                    "target_session_attrs is any, read-write or primary, since a frontier is"
                            + " written to, not "
                            + wanted);
        }
        return new Servers(List.copyOf(all), kind);
    }

    private static Server server(String host, String port) {
        var name = host.isEmpty() ? "localhost" : host;
        if (name.startsWith("[") && name.endsWith("]")) {
            name = name.substring(1, name.length() - 1);
        }
        if (!name.startsWith("/") && !name.matches("[\\p{L}\\p{N}._:%-]+")) {
            throw new IllegalArgumentException("no name of a host: " + name);
        }
        var number = port.isEmpty() ? DEFAULT_PORT : port;
        if (!number.matches("[0-9]{1,5}")
                || Integer.parseInt(number) < 1
                || Integer.parseInt(number) > LARGEST_PORT) {
            throw new IllegalArgumentException("no port: " + number);
        }
        return new Server(name, number);
    }

    boolean isOnPath() {
        return all.getFirst().isOnPath();
    }

    /// The socket in its directory, as the server calls it.
    String path() {
        return all.getFirst().name() + "/.s.PGSQL." + all.getFirst().port();
    }

    /// As the driver has it.
    String url(String database) {
        var hosts =
                isOnPath()
                        ? "localhost:" + all.getFirst().port() // not used, but shown in errors
                        : hosts();
        return "jdbc:postgresql://%s/%s"
                .formatted(hosts, URLEncoder.encode(database, StandardCharsets.UTF_8));
    }

    private String hosts() {
        return all.stream().map(Server::hostAndPort).collect(Collectors.joining(","));
    }

    /// As people see it.
    String shown(String database) {
        return isOnPath()
                ? "postgresql:///%s?host=%s&port=%s"
                        .formatted(database, all.getFirst().name(), all.getFirst().port())
                : "postgresql://%s/%s".formatted(hosts(), database);
    }
}
