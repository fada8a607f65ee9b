// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.crawl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.eventlet.http.client.Authentication;
import io.eventlet.http.client.HttpClient;
import io.eventlet.http.client.HttpUrl;
import io.eventlet.http.server.Response;
import io.eventlet.mirror.frontier.MemoryFrontier;
import io.eventlet.mirror.scope.Scope;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Who asks at which server, and what else is said to each.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class WhoAsksTest {
    private static final String BASIC = "Basic bWU6cEBzczp3b3Jk"; // me, p@ss:word

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path root;

    @SuppressWarnings("NullAway.Init") // set before each
    private Copy copy;

    private final HttpClient client = HttpClient.create();
    private final TreeServer server = new TreeServer("/d/a", "/d/moved");
    private final TreeServer other = new TreeServer("/d/b");

    WhoAsksTest() throws IOException {}

    @BeforeEach
    void beginCopy() {
        copy = Copy.in(root, client, new MemoryFrontier());
        var to = other.url("/d/b").toString();
        server.answer("/d/moved", _ -> Response.redirect(302, to));
    }

    @AfterEach
    void closeAll() {
        client.close();
        server.close();
        other.close();
    }

    private HttpUrl startWithUser() {
        var url = server.url("/d/").toString();
        return HttpUrl.of(url.replace("://", "://me:p%40ss:word@"));
    }

    private MirrorBuilder run(HttpUrl start) {
        return copy.of(start).scope(Scope.from(List.of(start)).allHosts(true).build());
    }

    private static List<String> said(TreeServer to, String field) {
        return to.requests().stream()
                .map(request -> request.headers().get(field, "nothing"))
                .distinct()
                .toList();
    }

    @Test
    void theUserOfAStartAsksAtItsOriginOnly() throws IOException {
        run(startWithUser()).build().run();

        assertThat(said(server, "Authorization")).containsExactly(BASIC);
        assertThat(said(other, "Authorization")).containsExactly("nothing");
    }

    @Test
    void theUserOfAStartComesBeforeOthers() throws IOException {
        run(startWithUser()).authentication(_ -> Authentication.bearer("x")).build().run();

        assertThat(said(server, "Authorization")).containsExactly(BASIC);
        assertThat(said(other, "Authorization")).containsExactly("Bearer x");
    }

    @Test
    void theUserOfAStartIsKeptNowhere() throws IOException {
        run(startWithUser()).build().run();

        List<String> kept = new ArrayList<>();
        copy.frontier().forEach(entry -> kept.add(entry.toString()));
        assertThat(kept).hasSize(4).noneMatch(text -> text.contains("ss:word"));
        assertThat(copy.events()).noneMatch(event -> event.toString().contains("ss:word"));
    }

    @Test
    void theNameOfAHostIsSaidToTheServersOfTheStartsOnly() throws IOException {
        run(server.url("/d/")).header("host", "a.org").header("X", "y").build().run();

        assertThat(said(server, "Host")).containsExactly("a.org");
        assertThat(said(other, "Host")).doesNotContain("a.org");
        assertThat(said(other, "X")).containsExactly("y");
    }

    @ParameterizedTest
    @CsvSource({
        "A, 'b\u0001c'",
        "'A b', c",
        "'', c",
        "Content-Length, 5",
        "Transfer-Encoding, chunked"
    })
    void aFieldThatCannotBeSentIsRefused(String name, String value) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> run(server.url("/d/")).header(name, value));
    }
}
