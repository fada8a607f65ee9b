// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.crawl;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.http.client.HttpClient;
import io.eventlet.http.server.Response;
import io.eventlet.mirror.archive.WarcFiles;
import io.eventlet.mirror.frontier.MemoryFrontier;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.netpreserve.jwarc.WarcDigest;
import org.netpreserve.jwarc.WarcReader;
import org.netpreserve.jwarc.WarcRequest;
import org.netpreserve.jwarc.WarcResponse;
import org.netpreserve.jwarc.WarcTargetRecord;
import org.netpreserve.jwarc.Warcinfo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Runs that archive what they ask and what is answered.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class ArchiveTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path root;

    @SuppressWarnings("NullAway.Init") // set before each
    private TreeServer server;

    private final HttpClient client = HttpClient.create();

    @BeforeEach
    void startServer() throws IOException {
        server = new TreeServer("/pub/a.txt", "/pub/b/c.txt");
    }

    @AfterEach
    void closeAll() {
        client.close();
        server.close();
    }

    private void run(long mostBytes) throws IOException {
        try (var archive = WarcFiles.of(root.resolve("all"), mostBytes)) {
            var copy = Copy.in(root.resolve("copy"), client, new MemoryFrontier());
            copy.of(server.url("/pub/")).archive(archive).build().run();
        }
    }

    private List<Path> archives() throws IOException {
        try (var files = Files.list(root)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    /// The bodies by the paths of their URLs, with the status before them.
    private Map<String, String> answers() throws IOException {
        var answers = new TreeMap<String, String>();
        for (var file : archives()) {
            try (var reader = new WarcReader(file)) {
                for (var record : reader) {
                    if (record instanceof WarcResponse response) {
                        var body = response.http().body().stream().readAllBytes();
                        answers.put(
                                response.targetURI().getPath(),
                                response.http().status()
                                        + " "
                                        + new String(body, StandardCharsets.UTF_8));
                    }
                }
            }
        }
        return answers;
    }

    @Test
    void whatIsAnsweredIsInTheArchive() throws IOException {
        server.put("/pub/large", "x".repeat(1_000_000));
        server.put("/pub/empty", "");
        server.answer("/pub/b/c.txt", _ -> Response.text(403, "not for you"));

        run(Long.MAX_VALUE);

        assertThat(answers())
                .containsEntry("/pub/a.txt", "200 content of /pub/a.txt")
                .containsEntry("/pub/large", "200 " + "x".repeat(1_000_000))
                .containsEntry("/pub/empty", "200 ")
                .containsEntry("/pub/b/c.txt", "403 not for you")
                .containsKeys("/pub/", "/pub/b/");
        assertThat(archives()).containsExactly(root.resolve("all-00000.warc.gz"));
    }

    @Test
    void eachAnswerFollowsItsRequest() throws IOException {
        run(Long.MAX_VALUE);

        List<String> kinds = new ArrayList<>();
        try (var reader = new WarcReader(archives().getFirst())) {
            for (var record : reader) {
                kinds.add(record.type());
                if (record instanceof WarcRequest request) {
                    assertThat(request.http().method()).isEqualTo("GET");
                    assertThat(request.http().headers().first("Host")).isPresent();
                }
            }
        }
        assertThat(kinds.getFirst()).isEqualTo("warcinfo");
        assertThat(kinds.subList(1, kinds.size()))
                .containsExactly(
                        "request",
                        "response",
                        "request",
                        "response",
                        "request",
                        "response",
                        "request",
                        "response");
    }

    @Test
    void secretsOfRequestsAreNotInTheArchive() throws IOException {
        try (var archive = WarcFiles.of(root.resolve("all"), Long.MAX_VALUE)) {
            Copy.in(root.resolve("copy"), client, new MemoryFrontier())
                    .of(server.url("/pub/"))
                    .header("Authorization", "Basic bWU6c2VjcmV0")
                    .header("proxy-authorization", "Basic bWU6c2VjcmV0")
                    .header("Cookie", "session=1")
                    .header("X-Reason", "backup")
                    .archive(archive)
                    .build()
                    .run();
        }

        try (var reader = new WarcReader(archives().getFirst())) {
            for (var record : reader) {
                if (record instanceof WarcRequest request) {
                    assertThat(request.http().headers().map())
                            .containsKey("X-Reason")
                            .doesNotContainKeys("Authorization", "proxy-authorization", "Cookie");
                }
            }
        }
    }

    @Test
    void eachRecordHasDigestsOfItsBlockAndItsPayload() throws Exception {
        server.put("/pub/large", "x".repeat(1_000_000));

        run(Long.MAX_VALUE);

        int found = 0;
        try (var reader = new WarcReader(archives().getFirst())) {
            reader.calculateBlockDigest();
            for (var record : reader) {
                if (record instanceof WarcTargetRecord target) {
                    var payload = new byte[0];
                    if (record instanceof WarcResponse response) {
                        payload = response.http().body().stream().readAllBytes();
                    }
                    assertThat(target.payloadDigest()).contains(digest(payload));
                    record.body().consume();
                    assertThat(record.blockDigest()).isEqualTo(record.calculatedBlockDigest());
                    assertThat(record.headers().first("WARC-Block-Digest").orElseThrow())
                            .matches("sha1:[A-Z2-7]{32}");
                    found++;
                }
            }
        }
        assertThat(found).isEqualTo(10);
    }

    private static WarcDigest digest(byte[] payload) throws NoSuchAlgorithmException {
        var digest = MessageDigest.getInstance("SHA-1");
        digest.update(payload);
        return new WarcDigest(digest);
    }

    @Test
    void aFileThatIsLargeEnoughIsFollowedByAnother() throws IOException {
        run(1);

        assertThat(archives()).hasSize(4);
        for (var file : archives()) {
            try (var reader = new WarcReader(file)) {
                assertThat(reader.next()).containsInstanceOf(Warcinfo.class);
            }
        }
    }

    @Test
    void anotherRunWritesToOtherFiles() throws IOException {
        run(Long.MAX_VALUE);
        run(Long.MAX_VALUE);

        assertThat(archives()).hasSize(2);
    }
}
