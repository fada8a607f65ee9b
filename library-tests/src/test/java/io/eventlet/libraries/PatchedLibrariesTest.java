// SPDX-License-Identifier: Apache-2.0
package io.eventlet.libraries;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.GreenExecutor;
import io.eventlet.hub.Hub;
import io.eventlet.libraries.servers.EchoServer;
import io.eventlet.libraries.servers.LocalServer;
import io.eventlet.libraries.servers.Mariadb;
import io.eventlet.libraries.servers.Postgres;
import io.eventlet.libraries.servers.Redis;
import io.eventlet.libraries.storm.Library;
import io.eventlet.libraries.storm.Storm;
import io.eventlet.patch.Part;
import io.eventlet.patch.Patcher;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Libraries as they are, on patched sockets of the JDK: many questions at once on one hub, and
/// timeouts and kills at random.
@Tag("hub-only")
@Timeout(120)
class PatchedLibrariesTest {
    private static final int SOME = 1_000; // questions
    private static final int MANY = 30_000;

    private static final List<AutoCloseable> OPENED = new ArrayList<>();
    private static EchoServer echo;
    private static LocalServer postgres;
    private static LocalServer mariadb;
    private static LocalServer redis;

    @BeforeAll
    static void start() throws Exception {
        assertThat(Patcher.monkeyPatch(Part.SOCKET)).isNotEmpty();
        assertThat(Patcher.isMonkeyPatched(Part.SOCKET)).isTrue();
        echo = opened(EchoServer.start());
        postgres = opened(Postgres.start());
        mariadb = opened(Mariadb.start());
        redis = opened(Redis.start());
    }

    private static <T extends AutoCloseable> T opened(T server) {
        OPENED.add(server);
        return server;
    }

    @AfterAll
    static void stop() throws Exception {
        Patcher.undo(Part.SOCKET);
        for (var server : OPENED.reversed()) {
            server.close();
        }
    }

    private static Database onPostgres() {
        return Database.postgres(Postgres.url(postgres)).withSocketsOfTheJdk();
    }

    private static Database onMariadb() {
        return Database.mariadb(Mariadb.url(mariadb)).withSocketsOfTheJdk();
    }

    private static URI uri(long question, long millis) {
        return URI.create(
                "http://127.0.0.1:%d/echo/%d/%d".formatted(echo.port(), question, millis));
    }

    private static long askByUrlConnection(long question, long millis) throws IOException {
        var connection = (HttpURLConnection) uri(question, millis).toURL().openConnection();
        try (var in = connection.getInputStream()) {
            return number(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    private static Library by(HttpClient client) {
        return (question, millis) -> {
            var request = HttpRequest.newBuilder(uri(question, millis)).build();
            return number(client.send(request, HttpResponse.BodyHandlers.ofString()).body());
        };
    }

    private static long number(String answer) {
        return Long.parseLong(answer);
    }

    private static HttpClient clientOf(Hub hub) {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .executor(GreenExecutor.on(hub, "http"))
                .build();
    }

    /// A client for each hub: who is interrupted while another hub brings the answer gets that, and
    /// keeps the interrupt.
    private static final class ClientOfEachHub implements Library, AutoCloseable {
        private final Map<Hub, HttpClient> clients = new ConcurrentHashMap<>();

        @Override
        public long ask(long question, long millis) throws Exception {
            var client = clients.computeIfAbsent(Hub.current(), PatchedLibrariesTest::clientOf);
            return by(client).ask(question, millis);
        }

        @Override
        public void close() {
            clients.values().forEach(HttpClient::shutdownNow);
        }
    }

    /// Asks a database by a connection for each question.
    private static Library eachByItsOwn(Database database) {
        return (question, millis) -> {
            try (var connection = database.connect()) {
                return database.ask(connection, question, millis);
            }
        };
    }

    @Test
    void httpUrlConnectionAsksAllAtOnce() throws Exception {
        AllAtOnce.assertAnswered(PatchedLibrariesTest::askByUrlConnection, echo.held());
    }

    @Test
    void httpClientOfTheJdkAsksAllAtOnce() throws Exception {
        try (var client = new ClientOfEachHub()) {
            AllAtOnce.assertAnswered(client, echo.held());
        }
    }

    @Test
    void pgjdbcAsksAllAtOnce() throws Exception {
        AllAtOnce.assertAnsweredSlowly(eachByItsOwn(onPostgres()));
    }

    @Test
    void driverOfMariadbAsksAllAtOnce() throws Exception {
        AllAtOnce.assertAnsweredSlowly(eachByItsOwn(onMariadb()));
    }

    @Test
    void jedisAsksAllAtOnce() throws Exception {
        AllAtOnce.assertAnsweredSlowly((question, millis) -> {
            try (var connection = new redis.clients.jedis.Jedis("127.0.0.1", redis.port())) {
                assertThat(connection.blpop((millis + 1) / 1000.0, "empty")).isNull();
                connection.set("patched:" + question, String.valueOf(question));
                return number(connection.get("patched:" + question));
            }
        });
    }

    private static void storm(String name, int questions, Library library) throws Exception {
        try (var storm = Storm.of(name + ", patched", questions)) {
            storm.rage(library);
            storm.assertAnswers(library);
        }
    }

    private static void stormOverConnections(String name, int questions, Database database)
            throws Exception {
        var connections = new ArrayList<OwnConnection>();
        try (var storm = Storm.of(name + ", patched", questions)) {
            storm.rage(() -> {
                var connection = new OwnConnection(database);
                connections.add(connection);
                return connection;
            });
            for (var connection : connections) {
                storm.assertAnswers(connection);
                connection.close();
            }
        }
    }

    /// One after the other: a name, and what asks so many questions.
    enum Stormed {
        HTTP_URL_CONNECTION {
            @Override
            void storm(int questions) throws Exception {
                PatchedLibrariesTest.storm(
                        "HttpURLConnection", questions, PatchedLibrariesTest::askByUrlConnection);
            }
        },
        HTTP_CLIENT {
            @Override
            void storm(int questions) throws Exception {
                try (var client = new ClientOfEachHub()) {
                    PatchedLibrariesTest.storm("java.net.http", questions, client);
                }
            }
        },
        PGJDBC {
            @Override
            void storm(int questions) throws Exception {
                stormOverConnections("pgjdbc", questions, onPostgres());
            }
        },
        MARIADB {
            @Override
            void storm(int questions) throws Exception {
                stormOverConnections("MariaDB's driver", questions, onMariadb());
            }
        },
        HIKARI {
            @Override
            void storm(int questions) throws Exception {
                try (var pool = onPostgres().pool()) {
                    PatchedLibrariesTest.storm(
                            "HikariCP over pgjdbc", questions, onPostgres().over(pool));
                }
            }
        },
        JEDIS {
            @Override
            void storm(int questions) throws Exception {
                try (var jedis = Jedis.openWithSocketsOfTheJdk(redis.port())) {
                    PatchedLibrariesTest.storm("Jedis", questions, jedis);
                }
            }
        };

        abstract void storm(int questions) throws Exception;
    }

    @ParameterizedTest
    @EnumSource
    void answersOnAfterTimeoutsAndKills(Stormed library) throws Exception {
        library.storm(SOME);
    }

    @ParameterizedTest
    @EnumSource
    @Tag("stress")
    @Timeout(900)
    void answersOnAfterManyTimeoutsAndKills(Stormed library) throws Exception {
        library.storm(MANY);
    }
}
