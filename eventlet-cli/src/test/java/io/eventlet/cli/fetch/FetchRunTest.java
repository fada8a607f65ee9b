// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.cli.testing.LocalSite;
import io.eventlet.cli.web.Exchange;
import io.eventlet.cli.web.FailureKind;
import io.eventlet.cli.web.WebClient;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;

@Timeout(60)
class FetchRunTest {
    @Test
    void stoppingGivesEachUrlThatWasDrawnItsOutcomeAndDrawsNoMore() throws Exception {
        var asked = new CountDownLatch(3);
        try (var site = LocalSite.start()) {
            site.with(
                    "/",
                    exchange -> {
                        asked.countDown();
                        exchange.getRequestBody().readAllBytes(); // and no answer
                    });
            List<String> urls = IntStream.range(0, 1000).mapToObj(i -> site.url("/" + i)).toList();
            var client = WebClient.of(3, false);
            var feed = new UrlFeed(List.of(new UrlSource.Arguments(urls)));
            var run =
                    new FetchRun(
                            new Download(new Exchange(client, "test", Duration.ZERO)),
                            3,
                            feed,
                            null);
            List<Outcome> outcomes = new ArrayList<>();
            Thread runner = Thread.ofPlatform().start(() -> run.run(outcomes::add));
            asked.await();

            run.stop();
            runner.join();

            assertThat(outcomes).hasSizeBetween(3, 10);
            assertThat(outcomes)
                    .allSatisfy(outcome ->
                            assertThat(outcome)
                                    .isInstanceOfSatisfying(
                                            Outcome.Failed.class,
                                            failed ->
                                                    assertThat(failed.kind())
                                                            .isEqualTo(FailureKind.INTERRUPTED)));
            assertThat(outcomes)
                    .extracting(Outcome::url)
                    .isEqualTo(urls.subList(0, outcomes.size()));
            assertThat(run.tally().count().running()).isZero();
            client.close();
        }
    }

    @Test
    void theTallyCountsWhatBecameOfEach() {
        var tally = new Tally();
        tally.begin();
        tally.begin();
        tally.end(new Outcome.Fetched("http://a/", 200, 10, Duration.ofMillis(1), null));
        tally.begin();
        tally.end(new Outcome.Failed("http://b/", FailureKind.DNS, 0, "b", Duration.ofMillis(1)));

        Tally.Count count = tally.count();

        assertThat(count.running()).isEqualTo(1);
        assertThat(count.mostRunning()).isEqualTo(2);
        assertThat(count.fetched()).isEqualTo(1);
        assertThat(count.bytes()).isEqualTo(10);
        assertThat(count.failures()).isEqualTo(Map.of(FailureKind.DNS, 1L));
        assertThat(count.done()).isEqualTo(2);
    }
}
