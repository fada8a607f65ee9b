// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.client;

import static io.eventlet.http.client.RawServer.answers;
import static io.eventlet.http.client.RawServer.head;
import static io.eventlet.http.client.RawServer.ok;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.GreenPool;
import io.eventlet.http.server.HttpServer;
import io.eventlet.http.server.Request;
import io.eventlet.http.server.Response;
import io.eventlet.testing.junit.NoLeaks;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Pattern;

@Timeout(60)
@ExtendWith(NoLeaks.class)
class ClientAuthenticationTest {
    private static String asks(String challenge) {
        return head("HTTP/1.1 401 No", "WWW-Authenticate: " + challenge, "Content-Length: 0");
    }

    @Test
    void userOfAUrlIsSentAsBasic() throws Exception {
        try (var server = RawServer.of(answers(ok("")));
                var client = HttpClient.create();
                var _ = client.get(server.url("/").replace("//", "//me:p%40ss@"))) {

            assertThat(server.request(0)).contains("Authorization: Basic bWU6cEBzcw==\r\n");
        }
    }

    @Test
    void tokenIsAskedForAgainWhenTheServerRefusesIt() throws Exception {
        var tokens = List.of("old", "new").iterator();
        try (var server = RawServer.of(answers(asks("Bearer"), ok("in")));
                var client =
                        HttpClient.builder()
                                .authentication(
                                        server.url("/"), Authentication.bearer(tokens::next))
                                .build();
                var response = client.get(server.url("/"))) {

            assertThat(response.text()).isEqualTo("in");
            assertThat(server.request(1)).contains("Authorization: Bearer new\r\n");
        }
    }

    @Test
    void refusalIsTheAnswerWhenNothingElseCanBeSaid() throws Exception {
        try (var server = RawServer.of(answers(asks("Basic realm=x")));
                var client =
                        HttpClient.builder()
                                .authentication(server.url("/"), Authentication.basic("a", "b"))
                                .build();
                var response = client.get(server.url("/"))) {

            assertThat(response.status()).isEqualTo(401);
            assertThat(server.requests()).hasSize(1);
        }
    }

    @Test
    void digestIsSentWhenItIsAskedForAndFromThenOn() throws Exception {
        var challenge =
                "Basic realm=\"x, y\", Digest realm=\"r\", qop=\"auth-int, auth\", nonce=\"n\"";
        try (var server = RawServer.of(answers(asks(challenge), ok("one"), ok("two")));
                var client =
                        HttpClient.builder()
                                .authentication(server.url("/"), Authentication.digest("u", "p"))
                                .build()) {
            for (int i = 0; i < 2; i++) {
                try (var response = client.get(server.url("/d"))) {
                    assertThat(response.status()).isEqualTo(200);
                }
            }

            assertThat(server.request(0)).doesNotContain("Authorization");
            assertThat(server.request(1))
                    .contains("Authorization: Digest username=\"u\"", "uri=\"/d\"", "nc=00000001");
            assertThat(server.request(2)).contains("nc=00000002");
        }
    }

    @Test
    void digestGivesUpWhenThePasswordIsWrong() throws Exception {
        var challenge = "Digest realm=\"r\", qop=\"auth\", nonce=\"n\"";
        try (var server = RawServer.of(answers(asks(challenge), asks(challenge)));
                var client =
                        HttpClient.builder()
                                .authentication(server.url("/"), Authentication.digest("u", "p"))
                                .build();
                var response = client.get(server.url("/d"))) {

            assertThat(response.status()).isEqualTo(401);
            assertThat(server.requests()).hasSize(2);
        }
    }

    @Test
    void digestOfANonceThatAnotherRequestHasUsedIsSent() throws Exception {
        var challenge = "Digest realm=\"r\", qop=\"auth\", nonce=\"n\"";
        var bothHaveAsked = new CountDownLatch(2);
        try (var server =
                        HttpServer.builder(
                                        request -> {
                                            if (request.headers().contains("Authorization")) {
                                                return Response.of(200);
                                            }
                                            bothHaveAsked.countDown();
                                            bothHaveAsked.await();
                                            return Response.of(401)
                                                    .header("WWW-Authenticate", challenge);
                                        })
                                .start();
                var client =
                        HttpClient.builder()
                                .authentication(url(server), Authentication.digest("u", "p"))
                                .build()) {
            var pool = new GreenPool(2);

            var statuses = new ArrayList<Integer>();
            pool.imap(
                            _ -> {
                                try (var response = client.get(url(server))) {
                                    return response.status();
                                }
                            },
                            List.of(1, 2))
                    .forEachRemaining(statuses::add);

            assertThat(statuses).containsExactly(200, 200);
        }
    }

    private static String stale(int nonce) {
        return "Digest realm=\"r\", qop=\"auth\", nonce=\"n%d\", stale=true".formatted(nonce);
    }

    @Test
    void digestOfANonceThatOthersHaveUsedUpIsMadeAfreshManyTimes() throws Exception {
        var answers = new ArrayList<String>();
        for (int i = 0; i < 8; i++) {
            answers.add(asks(stale(i)));
        }
        answers.add(ok("in"));
        try (var server = RawServer.of(answers(answers.toArray(String[]::new)));
                var client =
                        HttpClient.builder()
                                .authentication(server.url("/"), Authentication.digest("u", "p"))
                                .build();
                var response = client.get(server.url("/d"))) {

            assertThat(response.status()).isEqualTo(200);
            assertThat(server.request(8)).contains("nonce=\"n7\"", "nc=00000001");
        }
    }

    @Test
    void digestGivesUpWhenEachNonceIsStale() throws Exception {
        var answers = new ArrayList<String>();
        for (int i = 0; i < 30; i++) {
            answers.add(asks(stale(i)));
        }
        try (var server = RawServer.of(answers(answers.toArray(String[]::new)));
                var client =
                        HttpClient.builder()
                                .authentication(server.url("/"), Authentication.digest("u", "p"))
                                .build();
                var response = client.get(server.url("/d"))) {

            assertThat(response.status()).isEqualTo(401);
            assertThat(server.requests()).hasSize(23);
        }
    }

    @Test
    void digestGivesUpWhenAWrongPasswordIsAnsweredWithOtherNonces() throws Exception {
        var answers = new ArrayList<String>();
        for (int i = 0; i < 9; i++) {
            answers.add(asks("Digest realm=\"r\", qop=\"auth\", nonce=\"n%d\"".formatted(i)));
        }
        try (var server = RawServer.of(answers(answers.toArray(String[]::new)));
                var client =
                        HttpClient.builder()
                                .authentication(server.url("/"), Authentication.digest("u", "p"))
                                .build();
                var response = client.get(server.url("/d"))) {

            assertThat(response.status()).isEqualTo(401);
            assertThat(server.requests()).hasSize(3);
        }
    }

    @Test
    void digestUsesNoNumberOfANonceTwice() {
        var digest = new DigestAuthentication("u", "p");
        var fresh = "Digest realm=\"r\", qop=\"auth\", nonce=\"n1\"";

        assertThat(digest.credentials("GET", "/", List.of(stale(1)))).contains("nc=00000001");
        assertThat(digest.credentials("GET", "/", List.of(fresh))).contains("nc=00000002");
        assertThat(digest.credentials("GET", "/", List.of(stale(2)))).contains("nc=00000001");
        assertThat(digest.credentials("GET", "/", List.of(stale(1)))).contains("nc=00000003");
    }

    @Test
    void digestPassesAServerWhoseNoncesServeFewRequestsManyOfWhichComeTogether() throws Exception {
        var limited = new NoncesOfFewUses(3);
        try (var server = HttpServer.builder(limited::answer).start();
                var client =
                        HttpClient.builder()
                                .authentication(url(server), Authentication.digest("u", "p"))
                                .build()) {
            var pool = new GreenPool(20);

            var statuses = new ArrayList<Integer>();
            pool.imap(
                            _ -> {
                                try (var response = client.get(url(server))) {
                                    return response.status();
                                }
                            },
                            Collections.nCopies(200, 1))
                    .forEachRemaining(statuses::add);

            assertThat(statuses).hasSize(200).containsOnly(200);
        }
    }

    /// Takes each nonce a few times, and no number of its uses twice.
    private static final class NoncesOfFewUses {
        private static final Pattern USE = Pattern.compile("nonce=\"(\\d+)\".* nc=([0-9a-f]+)");
        private final int most;
        private final Map<String, Set<String>> uses = new HashMap<>();

        private NoncesOfFewUses(int most) {
            this.most = most;
        }

        private synchronized Response answer(Request request) {
            var sent = USE.matcher(request.headers().get("Authorization", ""));
            if (sent.find()) {
                var used = uses.getOrDefault(sent.group(1), Set.of());
                if (used.size() < most && used.add(sent.group(2))) {
                    return Response.of(200);
                }
            }
            var nonce = Integer.toString(uses.size());
            uses.put(nonce, new HashSet<>());
            return Response.of(401)
                    .header(
                            "WWW-Authenticate",
                            "Digest realm=\"r\", qop=\"auth\", nonce=\"%s\", stale=true"
                                    .formatted(nonce));
        }
    }

    private static String url(HttpServer server) {
        return "http://localhost:" + server.port() + "/";
    }

    /// RFC 7616, 3.9.1.
    @Test
    void digestIsThatOfTheRfc() {
        var fields =
                "Digest realm=\"http-auth@example.org\", qop=\"auth, auth-int\", algorithm=%s,"
                        + " nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\","
                        + " opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\"";
        var digest = new DigestAuthentication("Mufasa", "Circle of Life");
        var cnonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ";

        assertThat(answer(digest, fields.formatted("MD5"), cnonce))
                .contains("response=\"8ca523f5e9506fed4657c9700eebdbec\"");
        assertThat(answer(digest, fields.formatted("SHA-256"), cnonce))
                .contains(
                        "response=\"753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1\"");
    }

    private static @Nullable String answer(
            DigestAuthentication digest, String challenge, String cnonce) {
        return digest.answer(
                Challenge.of(List.of(challenge)).getFirst(), 1, "GET", "/dir/index.html", cnonce);
    }
}
