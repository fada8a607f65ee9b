// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.fetch;

import io.eventlet.cli.display.Json;
import io.eventlet.cli.web.WebAddress;

import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

import java.io.StringWriter;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// One JSON object a line, for programs: `"type": "result"` for each URL in order, then one
/// `"summary"`.
///
/// @param quiet whether only failures get a line
record JsonReport(boolean quiet) implements Report {
    private static final JsonFactory JSON = new JsonFactory();

    @Override
    public Optional<String> line(Outcome outcome) {
        if (quiet && outcome instanceof Outcome.Fetched) {
            return Optional.empty();
        }
        return Optional.of(
                object(json -> {
                    json.writeStringProperty("type", "result");
                    json.writeStringProperty("url", WebAddress.withoutPassword(outcome.url()));
                    json.writeBooleanProperty("ok", outcome instanceof Outcome.Fetched);
                    json.writeNumberProperty("ms", outcome.took().toMillis());
                    writeDetails(json, outcome);
                }));
    }

    private static void writeDetails(JsonGenerator json, Outcome outcome) {
        switch (outcome) {
            case Outcome.Fetched done -> {
                json.writeNumberProperty("status", done.status());
                json.writeNumberProperty("bytes", done.bytes());
                if (done.file() != null) {
                    json.writeStringProperty("file", done.file().toString());
                }
            }
            case Outcome.Failed failed -> {
                if (failed.status() != 0) {
                    json.writeNumberProperty("status", failed.status());
                }
                json.writeStringProperty("kind", failed.kind().toString());
                json.writeStringProperty("message", failed.message());
            }
        }
    }

    @Override
    public List<String> results(Tally.Count count) {
        if (quiet) {
            return List.of();
        }
        return List.of(
                object(json -> {
                    json.writeStringProperty("type", "summary");
                    json.writeNumberProperty("urls", count.done());
                    json.writeNumberProperty("fetched", count.fetched());
                    json.writeNumberProperty("failed", count.failed());
                    json.writeNumberProperty("bytes", count.bytes());
                    json.writeNumberProperty("ms", count.elapsed().toMillis());
                    json.writeNumberProperty("most_at_once", count.mostRunning());
                    json.writeObjectPropertyStart("failures");
                    count.failures()
                            .forEach((kind, n) -> json.writeNumberProperty(kind.toString(), n));
                    json.writeEndObject();
                }));
    }

    @Override
    public List<String> summary(Tally.Count count) {
        return List.of();
    }

    private static String object(Consumer<JsonGenerator> content) {
        var text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
            json.writeStartObject();
            content.accept(json);
            json.writeEndObject();
        }
        return Json.encodable(text.toString(), System.out.charset());
    }
}
