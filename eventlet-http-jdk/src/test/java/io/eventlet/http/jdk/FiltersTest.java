// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.jdk;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.sun.net.httpserver.Authenticator;
import com.sun.net.httpserver.BasicAuthenticator;
import com.sun.net.httpserver.Filter;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.Request;

import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/// What stands before handlers: filters and authenticators.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class FiltersTest {
    private static Authenticator basic() {
        return new BasicAuthenticator("garden") {
            @Override
            public boolean checkCredentials(String user, String password) {
                return user.equals("rose") && password.equals("thorn");
            }
        };
    }

    private static String authorized(String credentials) {
        return "GET / HTTP/1.1\nAuthorization: Basic %s\n"
                        .formatted(
                                Base64.getEncoder()
                                        .encodeToString(credentials.getBytes(ISO_8859_1)))
                + Site.LAST;
    }

    @ParameterizedTest
    @EnumSource
    void filtersAreCalledInTheirOrder(Maker maker) throws Exception {
        var calls = new CopyOnWriteArrayList<String>();
        try (var site = new Site(maker)) {
            var context = site.context("/", "handled");
            context.getFilters().add(Filter.beforeHandler("a", _ -> calls.add("first")));
            context.getFilters().add(Filter.beforeHandler("b", _ -> calls.add("second")));
            site.server.start();

            assertThat(site.get("/")).isEqualTo("handled");
            assertThat(calls).isEqualTo(List.of("first", "second"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void filterMayAnswerItself(Maker maker) throws Exception {
        try (var site = new Site(maker)) {
            var context = site.context("/", "handled");
            context.getFilters()
                    .add(
                            new Filter() {
                                @Override
                                public void doFilter(HttpExchange exchange, Chain chain)
                                        throws IOException {
                                    Site.say(exchange, "filtered");
                                }

                                @Override
                                public String description() {
                                    return "answers";
                                }
                            });
            site.server.start();

            assertThat(site.get("/")).isEqualTo("filtered");
        }
    }

    @ParameterizedTest
    @EnumSource
    void filterThatIsCalledAfterTheHandlerSeesTheStatus(Maker maker) throws Exception {
        var status = new CompletableFuture<Integer>();
        try (var site = new Site(maker)) {
            var context = site.context("/", "handled");
            context.getFilters()
                    .add(Filter.afterHandler("a", e -> status.complete(e.getResponseCode())));
            site.server.start();

            assertThat(site.get("/")).isEqualTo("handled");
            assertThat(status.get()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @EnumSource
    void filterMayChangeTheRequest(Maker maker) throws Exception {
        try (var site = new Site(maker)) {
            var context =
                    site.server.createContext(
                            "/", e -> Site.say(e, e.getRequestHeaders().getFirst("X-Color")));
            context.getFilters()
                    .add(
                            Filter.adaptRequest(
                                    "a",
                                    (Request request) -> request.with("X-Color", List.of("red"))));
            site.server.start();

            assertThat(site.get("/")).isEqualTo("red");
        }
    }

    @ParameterizedTest
    @EnumSource
    void filterMayWrapTheStreams(Maker maker) throws Exception {
        try (var site = new Site(maker)) {
            var context =
                    site.server.createContext(
                            "/",
                            e -> {
                                var body = e.getRequestBody().readAllBytes();
                                e.sendResponseHeaders(200, 0);
                                e.getResponseBody().write(body);
                                e.close();
                            });
            context.getFilters()
                    .add(
                            Filter.beforeHandler(
                                    "shouts",
                                    e ->
                                            e.setStreams(
                                                    new FilterInputStream(e.getRequestBody()) {},
                                                    new FilterOutputStream(e.getResponseBody()) {
                                                        @Override
                                                        public void write(int b)
                                                                throws IOException {
                                                            out.write(Character.toUpperCase(b));
                                                        }
                                                    })));
            site.server.start();

            assertThat(site.ask("POST / HTTP/1.1\nContent-Length: 3\n" + Site.LAST + "abc"))
                    .contains("\n\n3\nABC\n0\n");
        }
    }

    // ---- authenticators

    @ParameterizedTest
    @EnumSource
    void whoDoesNotSayWhoHeIsIsAsked(Maker maker) throws Exception {
        try (var site = new Site(maker)) {
            site.context("/", "handled").setAuthenticator(basic());
            site.server.start();

            var answer = site.ask("GET / HTTP/1.1\n" + Site.LAST);

            assertThat(answer).startsWith("HTTP/1.1 401 ");
            assertThat(Site.head(answer)).contains("\nwww-authenticate: basic realm=\"garden\"");
        }
    }

    @ParameterizedTest
    @EnumSource
    void whoIsKnownIsThePrincipal(Maker maker) throws Exception {
        try (var site = new Site(maker)) {
            site.server
                    .createContext(
                            "/",
                            e ->
                                    Site.say(
                                            e,
                                            e.getPrincipal().getUsername()
                                                    + " of "
                                                    + e.getPrincipal().getRealm()))
                    .setAuthenticator(basic());
            site.server.start();

            assertThat(site.ask(authorized("rose:thorn"))).endsWith("\n\nrose of garden");
        }
    }

    @ParameterizedTest
    @EnumSource
    void whoIsNotKnownIsRefused(Maker maker) throws Exception {
        try (var site = new Site(maker)) {
            site.context("/", "handled").setAuthenticator(basic());
            site.server.start();

            assertThat(site.ask(authorized("rose:petal"))).startsWith("HTTP/1.1 401 ");
        }
    }

    @ParameterizedTest
    @EnumSource
    void filtersAreCalledBeforeTheAuthenticator(Maker maker) throws Exception {
        var calls = new CopyOnWriteArrayList<Headers>();
        try (var site = new Site(maker)) {
            var context = site.context("/", "handled");
            var before = context.setAuthenticator(basic());
            context.getFilters()
                    .add(Filter.beforeHandler("a", e -> calls.add(e.getRequestHeaders())));
            site.server.start();

            assertThat(site.ask("GET / HTTP/1.1\n" + Site.LAST)).startsWith("HTTP/1.1 401 ");
            assertThat(calls).hasSize(1);
            assertThat(before).isNull();
        }
    }
}
