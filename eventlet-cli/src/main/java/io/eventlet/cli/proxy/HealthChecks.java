// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.proxy;

import io.eventlet.Eventlet;
import io.eventlet.http.client.ClientRequest;
import io.eventlet.http.client.HttpClient;
import io.eventlet.http.client.HttpUrl;

import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;

/// Asks each upstream for a path, again and again; one that does not answer with a status below 500
/// in time is failing until it does.
final class HealthChecks {
    private static final Duration LIMIT = Duration.ofSeconds(2);

    private final Balance balance;
    private final HttpClient client;
    private final String path;
    private final Duration every;
    private final Consumer<String> changes;

    HealthChecks(
            Balance balance,
            HttpClient client,
            String path,
            Duration every,
            Consumer<String> changes) {
        this.balance = balance;
        this.client = client;
        this.path = path;
        this.every = every;
        this.changes = changes;
    }

    /// Until it is killed.
    void run() {
        while (true) {
            for (var upstream : balance.upstreams()) {
                boolean failing = !answers(upstream);
                if (upstream.setFailing(failing)) {
                    changes.accept(upstream + (failing ? " fails its checks" : " is up again"));
                }
            }
            Eventlet.sleep(every);
        }
    }

    private boolean answers(Upstream upstream) {
        var request =
                ClientRequest.of("GET", HttpUrl.of(upstream + path)).redirects(0).limit(LIMIT);
        try (var response = client.send(request)) {
            return response.status() < 500;
        } catch (IOException | RuntimeException e) {
            return false;
        }
    }
}
