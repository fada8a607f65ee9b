// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.server;

import java.util.concurrent.atomic.AtomicBoolean;

/// What tells a load balancer or an orchestrator whether a server lives and is ready.
///
/// ```java
/// var health = new Health();
/// var router = Router.builder()
///         .get("/health/live", health.live())
///         .get("/health/ready", health.ready())
///         .fallback(application).build();
/// ```
///
/// A program says that it is ready when its pools are filled, and that it is not before it stops,
/// so that no more is sent to it: `setReady(false)`, a few seconds, then [HttpServer#stop].
/// Thread-safe.
public final class Health {
    private final AtomicBoolean ready = new AtomicBoolean(true);

    /// Of a server that is ready.
    public Health() {}

    /// Says whether requests should come. At first they should.
    public void setReady(boolean isReady) {
        ready.set(isReady);
    }

    public boolean isReady() {
        return ready.get();
    }

    /// Answers 200: it answers, so it lives.
    public Handler live() {
        return _ -> answer(200, "live\n");
    }

    /// Answers 200 if it is ready, else 503.
    public Handler ready() {
        return _ -> ready.get() ? answer(200, "ready\n") : answer(503, "not ready\n");
    }

    private static Response answer(int status, String text) {
        return Response.text(status, text).header("Cache-Control", "no-store");
    }
}
