// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.eventlet.dag.DagPool;
import io.eventlet.limit.KeyedLimit;
import io.eventlet.net.server.GreenServer;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;

/// What limits and servers are called, and what runs in them.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class NamesTest {
    private static String own() {
        return Thread.currentThread().getName();
    }

    @Test
    void membersOfAPoolHaveItsName() {
        var pool = GreenPool.named("crawler", 2);

        var ofSpawn = pool.spawn(NamesTest::own).await();
        var ofImap = pool.map(_ -> own(), List.of(1, 2, 3));

        assertThat(ofSpawn).isEqualTo("crawler");
        assertThat(ofImap).containsOnly("crawler");
        pool.waitall();
        assertThat(pool).hasToString("pool 'crawler' of 2 with 0 running and 0 waiting");
    }

    @Test
    void membersOfAPoolWithoutANameHaveThatOfTheirSpawner() {
        var name =
                Eventlet.spawn("mine", () -> new GreenPool(1).spawn(NamesTest::own).await())
                        .await();

        assertThat(name).isEqualTo("mine");
        assertThat(new GreenPool(1)).hasToString("pool of 1 with 0 running and 0 waiting");
    }

    @Test
    void anErrorNamesThePool() {
        var pool = GreenPool.named("crawler", 2);
        pool.shutdown();

        assertThatExceptionOfType(RejectedExecutionException.class)
                .isThrownBy(() -> pool.submit(() -> 1))
                .withMessageContaining("pool 'crawler'");
    }

    @Test
    void aDumpNamesThePoolThatIsWaitedFor() {
        var pool = GreenPool.named("crawler", 1);
        var gate = new GreenSemaphore(0);
        pool.spawn(() -> gate.acquire());
        var spawner = Eventlet.spawn(() -> pool.spawn(() -> {}));
        Eventually.until(() -> pool.waiting() == 1);

        var dump = Eventlet.dump().toString();
        gate.release();
        spawner.join();
        pool.waitall();

        assertThat(dump).contains("'crawler' waits for semaphore").contains("pool 'crawler' of 1");
    }

    @Test
    void whatAKeyedLimitSpawnsHasItsNameOrThatOfThePool() {
        var named = KeyedLimit.<String>named("hosts", 1);
        var unnamed = new KeyedLimit<String>(1);
        var pool = GreenPool.named("crawler", 2);

        assertThat(named.spawn(pool, "h", NamesTest::own).await()).isEqualTo("hosts");
        assertThat(unnamed.spawn(pool, "h", NamesTest::own).await()).isEqualTo("crawler");
        assertThat(named).hasToString("limit 'hosts' of 1 for each of 0 keys in use");
        pool.waitall();
    }

    @Test
    void membersOfADagPoolHaveItsNameOrThatOfItsPool() {
        var named = DagPool.<String, String>named("build");
        named.spawn("a", Set.of(), (_, _) -> own());
        var in = DagPool.<String, String>in(GreenPool.named("crawler", 2));
        in.spawn("a", Set.of(), (_, _) -> own());

        assertThat(named.get("a")).isEqualTo("build");
        assertThat(in.get("a")).isEqualTo("crawler");
        assertThat(named.toString()).startsWith("pool 'build' with values of 1 keys");
    }

    @Test
    void handlersOfAServerHaveItsName() throws Exception {
        try (var server =
                        GreenServer.builder(client ->
                                        client.getOutputStream().write(own().getBytes(US_ASCII)))
                                .name("echo")
                                .start();
                var client = Eventlet.connect("localhost", server.port())) {
            var said = new String(client.getInputStream().readAllBytes(), US_ASCII);

            assertThat(said).isEqualTo("echo");
            assertThat(server.close(Duration.ofSeconds(50))).isTrue();
        }
    }
}
