// SPDX-License-Identifier: Apache-2.0
package io.eventlet.diagnosis;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/// A dump as JSON (RFC 8259), in ASCII. Each stack is there once, in a table.
final class DumpJson {
    private final StringBuilder json = new StringBuilder();
    private final Map<List<StackTraceElement>, Integer> stacks = new LinkedHashMap<>();
    private boolean first = true; // in the innermost object or array

    String of(Dump dump) {
        open('{');
        field("at", dump.at().toString());
        array("hubs", dump.hubs(), this::hub);
        array("others", dump.others(), this::thread);
        array("stacks", List.copyOf(stacks.keySet()), this::frames);
        close('}');
        return json.toString();
    }

    private void hub(DumpedHub hub) {
        var statistics = hub.statistics();
        open('{');
        field("name", statistics.name());
        field("mode", statistics.mode().name().toLowerCase(Locale.ROOT));
        field("poller", statistics.poller());
        field("live", statistics.live());
        field("unbegun", hub.unbegun());
        field("timers", statistics.timers());
        field("descriptors", hub.descriptors());
        field("turns", statistics.turns());
        field("tasks", statistics.tasks());
        field("stalls", hub.stalls());
        field("takeovers", statistics.takeovers());
        name("answered");
        json.append(hub.answered());
        name("keeper");
        var keeper = hub.keeper();
        if (keeper == null) {
            json.append("null");
        } else {
            named(keeper);
        }
        stack("stack", hub.stack());
        array("threads", hub.threads(), this::thread);
        close('}');
    }

    private void thread(DumpedThread thread) {
        open('{');
        field("number", thread.number());
        field("name", thread.name());
        field("state", thread.state().name().toLowerCase(Locale.ROOT));
        field("waitsFor", thread.waitsFor());
        array("heldBy", thread.holders(), this::named);
        millis("leftMillis", thread.left());
        millis("waitedMillis", thread.waited());
        stack("stack", thread.stack());
        stack("spawnedAt", thread.spawnedAt());
        close('}');
    }

    private void named(Thread thread) {
        open('{');
        field("number", thread.threadId());
        field("name", thread.getName());
        close('}');
    }

    /// The number of a stack in the table; null for one of no frames.
    private void stack(String name, List<StackTraceElement> stack) {
        name(name);
        if (stack.isEmpty()) {
            json.append("null");
        } else {
            json.append(stacks.computeIfAbsent(stack, _ -> stacks.size()));
        }
    }

    private void frames(List<StackTraceElement> stack) {
        values(stack, frame -> string(frame.toString()));
    }

    // ---- JSON

    private void open(char bracket) {
        json.append(bracket);
        first = true;
    }

    private void close(char bracket) {
        json.append(bracket);
        first = false;
    }

    private void next() {
        if (!first) {
            json.append(',');
        }
        first = false;
    }

    private void name(String name) {
        next();
        string(name);
        json.append(':');
    }

    private void field(String name, @Nullable String value) {
        name(name);
        if (value == null) {
            json.append("null");
        } else {
            string(value);
        }
    }

    private void field(String name, long value) {
        name(name);
        json.append(value);
    }

    private void millis(String name, @Nullable Duration time) {
        name(name);
        json.append(time == null ? "null" : String.valueOf(time.toMillis()));
    }

    private <T> void array(String name, List<T> values, Consumer<? super T> write) {
        name(name);
        values(values, write);
    }

    private <T> void values(List<T> values, Consumer<? super T> write) {
        open('[');
        for (var value : values) {
            next();
            write.accept(value);
            first = false;
        }
        close(']');
    }

    private void string(String value) {
        json.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '"', '\\' -> json.append('\\').append(c);
                default -> {
                    if (c >= ' ' && c < 0x7f) {
                        json.append(c);
                    } else {
                        json.append("\\u").append(String.format(Locale.ROOT, "%04x", (int) c));
                    }
                }
            }
        }
        json.append('"');
    }
}
