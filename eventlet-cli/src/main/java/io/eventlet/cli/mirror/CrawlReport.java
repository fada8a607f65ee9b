// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.mirror;

import io.eventlet.mirror.frontier.State;
import io.eventlet.mirror.postgresql.CrawlStatus;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.function.Consumer;

/// What all workers of a crawl have done, for people or as a line of JSON.
record CrawlReport(CrawlStatus status) {
    void text(Consumer<String> out) {
        out.accept(
                status.ended() == null
                        ? "run %d, since %s".formatted(status.run(), seconds(status.begun()))
                        : "run %d, ended %s".formatted(status.run(), seconds(status.ended())));
        out.accept(
                "%d done, %d queued, %d failed, %d skipped"
                        .formatted(
                                count(State.DONE),
                                count(State.QUEUED),
                                count(State.FAILED),
                                count(State.SKIPPED)));
        for (var worker : status.workers()) {
            out.accept(
                    "worker %s: %d done, %d failed, %d claimed%s"
                            .formatted(
                                    worker.name(),
                                    worker.done(),
                                    worker.failed(),
                                    worker.claimed(),
                                    worker.leasedUntil() == null
                                            ? ""
                                            : " until " + seconds(worker.leasedUntil())));
        }
        for (var host : status.hosts()) {
            out.accept(
                    "host %s: %d queued, %d of them claimed%s"
                            .formatted(
                                    host.name(),
                                    host.queued(),
                                    host.claimed(),
                                    host.blockedUntil() == null
                                            ? ""
                                            : ", left alone until "
                                                    + seconds(host.blockedUntil())));
        }
    }

    String json() {
        return JsonLine.of(
                "crawl",
                json -> {
                    json.writeNumberProperty("run", status.run());
                    json.writeStringProperty("begun", status.begun().toString());
                    if (status.ended() != null) {
                        json.writeStringProperty("ended", status.ended().toString());
                    }
                    for (var state : State.values()) {
                        json.writeNumberProperty(
                                state.name().toLowerCase(Locale.ROOT), count(state));
                    }
                    json.writeArrayPropertyStart("workers");
                    for (var worker : status.workers()) {
                        json.writeStartObject();
                        json.writeStringProperty("worker", worker.name());
                        json.writeNumberProperty("done", worker.done());
                        json.writeNumberProperty("failed", worker.failed());
                        json.writeNumberProperty("claimed", worker.claimed());
                        if (worker.leasedUntil() != null) {
                            json.writeStringProperty(
                                    "leased_until", worker.leasedUntil().toString());
                        }
                        json.writeEndObject();
                    }
                    json.writeEndArray();
                    json.writeArrayPropertyStart("hosts");
                    for (var host : status.hosts()) {
                        json.writeStartObject();
                        json.writeStringProperty("host", host.name());
                        json.writeNumberProperty("queued", host.queued());
                        json.writeNumberProperty("claimed", host.claimed());
                        if (host.blockedUntil() != null) {
                            json.writeStringProperty(
                                    "blocked_until", host.blockedUntil().toString());
                        }
                        json.writeEndObject();
                    }
                    json.writeEndArray();
                });
    }

    private long count(State state) {
        return status.urls().getOrDefault(state, 0L);
    }

    private static Instant seconds(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS);
    }
}
