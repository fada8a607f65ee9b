// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.mirror;

import io.eventlet.cli.web.WebAddress;
import io.eventlet.mirror.crawl.MirrorEvent;
import io.eventlet.mirror.crawl.Summary;

import tools.jackson.core.JsonGenerator;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

/// One JSON object a line, for programs: what becomes of each URL, and a `"summary"` at the end.
///
/// @param quiet whether only what fails has a line
record JsonEvents(boolean quiet) implements EventReport {
    @Override
    public boolean wants(MirrorEvent event) {
        return !quiet || event instanceof MirrorEvent.Failed;
    }

    @Override
    public String line(MirrorEvent event) {
        return JsonLine.of(
                type(event),
                json -> {
                    json.writeStringProperty("url", shown(event.url()));
                    writeDetails(json, event);
                });
    }

    private static String shown(Object url) {
        return WebAddress.withoutPassword(url.toString());
    }

    private static String type(MirrorEvent event) {
        return switch (event) {
            case MirrorEvent.Stored _ -> "stored";
            case MirrorEvent.Unchanged _ -> "unchanged";
            case MirrorEvent.Listed _ -> "listed";
            case MirrorEvent.Redirected _ -> "redirected";
            case MirrorEvent.Skipped _ -> "skipped";
            case MirrorEvent.PutOff _ -> "put_off";
            case MirrorEvent.Failed _ -> "failed";
            case MirrorEvent.LeftAlone _ -> "left_alone";
            case MirrorEvent.Converted _ -> "converted";
        };
    }

    private static void writeDetails(JsonGenerator json, MirrorEvent event) {
        switch (event) {
            case MirrorEvent.Stored stored -> {
                json.writeStringProperty("file", stored.file().toString());
                json.writeNumberProperty("bytes", stored.bytes());
                json.writeNumberProperty("received", stored.received());
            }
            case MirrorEvent.Unchanged _ -> {}
            case MirrorEvent.Listed listed -> json.writeNumberProperty("entries", listed.entries());
            case MirrorEvent.Redirected redirected ->
                    json.writeStringProperty("to", shown(redirected.to()));
            case MirrorEvent.Skipped skipped -> json.writeStringProperty("rule", skipped.rule());
            case MirrorEvent.PutOff off -> {
                json.writeStringProperty("reason", off.reason());
                json.writeNumberProperty("delay_ms", off.delay().toMillis());
            }
            case MirrorEvent.Failed failed -> {
                json.writeStringProperty("reason", failed.reason());
                json.writeStringProperty(
                        "trouble", failed.trouble().name().toLowerCase(Locale.ROOT));
            }
            case MirrorEvent.Converted converted ->
                    json.writeStringProperty("file", converted.file().toString());
            case MirrorEvent.LeftAlone alone -> {
                json.writeStringProperty("host", alone.host());
                json.writeNumberProperty("delay_ms", alone.pause().toMillis());
            }
        }
    }

    @Override
    public List<String> results(Summary summary, Duration elapsed) {
        return List.of(
                JsonLine.of(
                        "summary",
                        json -> {
                            json.writeNumberProperty("done", summary.done());
                            json.writeNumberProperty("skipped", summary.skipped());
                            json.writeNumberProperty("failed", summary.failed());
                            json.writeNumberProperty("left", summary.left());
                            json.writeNumberProperty("stored", summary.stored());
                            json.writeNumberProperty("unchanged", summary.unchanged());
                            json.writeNumberProperty("received", summary.received());
                            json.writeNumberProperty("converted", summary.converted());
                            json.writeStringProperty(
                                    "ending", summary.ending().name().toLowerCase(Locale.ROOT));
                            json.writeNumberProperty("ms", elapsed.toMillis());
                        }));
    }

    @Override
    public List<String> notes(Summary summary, Duration elapsed) {
        return List.of();
    }
}
