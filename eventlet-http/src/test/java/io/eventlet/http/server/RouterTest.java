// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;

/// Which handler answers.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class RouterTest {
    private static Handler saying(String text, String... names) {
        return request -> {
            var said = new StringBuilder(text);
            for (var name : names) {
                said.append(' ').append(request.parameter(name));
            }
            return Response.text(said.toString());
        };
    }

    private static final Router ROUTER =
            Router.builder()
                    .get("/", saying("root"))
                    .get("/users", saying("list"))
                    .post("/users", saying("create"))
                    .get("/users/me", saying("me"))
                    .get("/users/{id}", saying("user", "id"))
                    .get("/users/{id}/posts/{post}", saying("post", "id", "post"))
                    .get("/files/{path...}", saying("file", "path"))
                    .route("*", "/any", saying("any"))
                    .build();

    private static String ask(Handler handler, String line) throws IOException {
        try (var server = HttpServer.builder(handler).start()) {
            return RawClient.ask(
                    server, line + "\nHost: www.Example.org:80\nConnection: close\n\n");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "GET /, root",
        "GET /users, list",
        "POST /users, create",
        "GET /users/me, me",
        "GET /users/7, user 7",
        "GET /users/a%2Fb, user a/b",
        "GET /users/me/posts/1, post me 1",
        "GET /files/a/b%20c, file a/b c",
        "GET /files/, 'file '",
        "DELETE /any, any",
    })
    void mostSpecificPatternAnswers(String line, String said) throws IOException {
        assertThat(ask(ROUTER, line + " HTTP/1.1")).endsWith("\n\n" + said);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/user", "/users/", "/users/1/posts", "/users//posts/1"})
    void pathWithoutPatternIsNotFound(String path) throws IOException {
        assertThat(ask(ROUTER, "GET " + path + " HTTP/1.1")).startsWith("HTTP/1.1 404 ");
    }

    @Test
    void methodWithoutHandlerIsToldWhatIsAllowed() throws IOException {
        assertThat(ask(ROUTER, "PUT /users HTTP/1.1"))
                .startsWith("HTTP/1.1 405 Method Not Allowed\nAllow: GET, HEAD, OPTIONS, POST\n");
    }

    @Test
    void optionsAreToldWhatIsAllowed() throws IOException {
        assertThat(ask(ROUTER, "OPTIONS /users HTTP/1.1"))
                .startsWith("HTTP/1.1 204 No Content\nAllow: GET, HEAD, OPTIONS, POST\n");
    }

    @Test
    void headIsAnsweredByGet() throws IOException {
        assertThat(ask(ROUTER, "HEAD /users HTTP/1.1"))
                .contains("Content-Length: 4\n")
                .endsWith("\n\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"users", "/{a}/{a}", "/{a...}/b", "/{}"})
    void patternThatMakesNoSenseIsRefused(String pattern) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Router.builder().get(pattern, saying("")))
                .withMessageContaining(pattern);
    }

    @Test
    void secondHandlerForTheSameIsRefused() {
        var builder = Router.builder().get("/a/{b}", saying(""));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.get("/a/{b}", saying("")))
                .withMessage("there are two handlers for GET /a/{b}");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.post("/a/{c}", saying("")))
                .withMessageContaining("[b]");
    }

    @ParameterizedTest
    @CsvSource({"www.example.org, exact", "*.example.org, wide", "*.org, wider"})
    void hostChoosesTheHandler(String host, String said) throws IOException {
        var hosts =
                VirtualHosts.builder()
                        .host(host, saying(said))
                        .host("*.net", saying("other"))
                        .build();

        assertThat(ask(hosts, "GET / HTTP/1.1")).endsWith("\n\n" + said);
    }

    @Test
    void hostThatNobodyKnowsIsMisdirected() throws IOException {
        var hosts = VirtualHosts.builder().host("example.org", saying("")).build();

        assertThat(ask(hosts, "GET / HTTP/1.1")).startsWith("HTTP/1.1 421 Misdirected Request");
    }
}
