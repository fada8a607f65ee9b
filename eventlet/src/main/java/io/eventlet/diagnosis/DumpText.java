// SPDX-License-Identifier: Apache-2.0
package io.eventlet.diagnosis;

import io.eventlet.os.VirtualThreads;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/// A dump for people.
final class DumpText {
    private static final int NAMED = 8; // of those that are alike, threads or what they wait for
    private static final String NEW_LINE = System.lineSeparator();

    private static final Set<String> PARKING =
            Set.of(
                    "jdk.internal.misc.Unsafe",
                    "java.lang.System$1",
                    "java.lang.VirtualThread",
                    "java.util.concurrent.locks.LockSupport",
                    "io.eventlet.wait.Waits",
                    "io.eventlet.wait.Waits$1",
                    "io.eventlet.wait.WaitQueue$Waiter");
    private static final Set<String> BEGINNING =
            Set.of(
                    "java.lang.VirtualThread",
                    "io.eventlet.hub.PortableEngine",
                    "io.eventlet.Body",
                    "io.eventlet.GreenThread");

    private final StringBuilder text = new StringBuilder();

    String of(Dump dump) {
        text.append("green threads at ").append(dump.at()).append(NEW_LINE);
        if (dump.hubs().isEmpty()) {
            text.append("no hub").append(NEW_LINE);
        }
        for (var hub : dump.hubs()) {
            add(hub);
        }
        if (!dump.others().isEmpty()) {
            text.append(NEW_LINE).append("threads of no hub that wait").append(NEW_LINE);
            addGroups(dump.others());
        }
        var all = new ArrayList<>(dump.others());
        dump.hubs().forEach(hub -> all.addAll(hub.threads()));
        addHint(all);
        return text.toString();
    }

    static String of(DumpedHub hub) {
        var text = new DumpText();
        text.add(hub);
        return text.text.toString().strip();
    }

    /// Threads, those that are alike together.
    static String of(List<DumpedThread> threads) {
        var text = new DumpText();
        text.addGroups(threads);
        text.addHint(threads);
        return text.text.toString();
    }

    /// Says how it is shown who holds locks, if somebody waits for one and it is not.
    private void addHint(List<DumpedThread> threads) {
        var option = VirtualThreads.neededOptionForOwners();
        if (option != null && threads.stream().anyMatch(t -> Blocker.isLock(t.waitsFor()))) {
            text.append("who holds a lock of the JDK is shown with the option ")
                    .append(option)
                    .append(NEW_LINE);
        }
    }

    private void add(DumpedHub hub) {
        var statistics = hub.statistics();
        text.append(NEW_LINE).append("hub '").append(statistics.name()).append("', ");
        text.append(statistics.mode().name().toLowerCase(Locale.ROOT)).append(" mode, ");
        text.append(statistics.poller()).append(": ").append(statistics.live()).append(" live");
        addCount(hub.unbegun(), " not begun yet");
        addCount(statistics.timers(), " timer");
        addCount(hub.descriptors(), " descriptor");
        addCount(statistics.turns(), " turn");
        addCount(statistics.tasks(), " task");
        addCount(hub.stalls(), " stall");
        addCount(statistics.takeovers(), " takeover");
        text.append(NEW_LINE);
        if (!hub.answered()) {
            text.append("  it did not answer within 1 s, so there may be gaps");
            var keeper = hub.keeper();
            if (keeper != null) {
                text.append(": ").append(Blocker.label(keeper)).append(" does not yield");
            }
            text.append("; its thread is here:").append(NEW_LINE);
            addStack(hub.stack());
        }
        addGroups(hub.threads());
    }

    private void addCount(long count, String what) {
        if (count > 0) {
            text.append(", ").append(count).append(what);
            text.append(count == 1 || what.endsWith("yet") ? "" : "s");
        }
    }

    private record Likeness(
            DumpedThread.State state,
            boolean waits,
            List<StackTraceElement> stack,
            List<StackTraceElement> spawnedAt) {}

    private void addGroups(List<DumpedThread> threads) {
        Map<Likeness, List<DumpedThread>> groups =
                threads.stream()
                        .collect(
                                Collectors.groupingBy(
                                        DumpText::likeness,
                                        LinkedHashMap::new,
                                        Collectors.toList()));
        groups.values().forEach(this::addGroup);
    }

    private static Likeness likeness(DumpedThread thread) {
        return new Likeness(
                thread.state(), thread.waitsFor() != null, thread.stack(), thread.spawnedAt());
    }

    private void addGroup(List<DumpedThread> group) {
        var first = group.getFirst();
        text.append("  ");
        if (group.size() == 1) {
            text.append(first.label()).append(' ').append(first.state().words());
            text.append(wait(first)).append(NEW_LINE);
        } else {
            text.append(group.size()).append(" threads like this: ");
            text.append(several(group, DumpText::shortLabel)).append(NEW_LINE);
            text.append("    each ").append(first.state().words());
            String waits = several(group, DumpText::object);
            text.append(waits.isEmpty() ? "" : " for ").append(waits);
            addTime(text, longest(group), " at most so far");
            addTime(text, shortest(group), " at least left");
            text.append(NEW_LINE);
        }
        addStack(first.stack());
        if (!first.spawnedAt().isEmpty()) {
            text.append("    spawned").append(NEW_LINE);
            addStack(first.spawnedAt());
        }
    }

    private static String shortLabel(DumpedThread thread) {
        String label = thread.label();
        return label.substring(label.indexOf('#'));
    }

    /// The different ones, the most of them counted only.
    private static String several(
            List<DumpedThread> group, Function<DumpedThread, String> describe) {
        var counts =
                group.stream()
                        .collect(
                                Collectors.groupingBy(
                                        describe, LinkedHashMap::new, Collectors.counting()));
        var named =
                counts.entrySet().stream()
                        .limit(NAMED)
                        .map(entry ->
                                entry.getKey()
                                        + (entry.getValue() > 1 && counts.size() > 1
                                                ? " (" + entry.getValue() + " of them)"
                                                : ""))
                        .collect(Collectors.joining(", "));
        int more = counts.size() - NAMED;
        return more > 0 ? named + ", and " + more + " more" : named;
    }

    private static @Nullable Duration longest(List<DumpedThread> group) {
        return group.stream()
                .map(DumpedThread::waited)
                .filter(Objects::nonNull)
                .max(Comparator.naturalOrder())
                .orElse(null);
    }

    private static @Nullable Duration shortest(List<DumpedThread> group) {
        return group.stream()
                .map(DumpedThread::left)
                .filter(Objects::nonNull)
                .min(Comparator.naturalOrder())
                .orElse(null);
    }

    private static String wait(DumpedThread thread) {
        var words = new StringBuilder();
        String object = object(thread);
        words.append(object.isEmpty() ? "" : " for ").append(object);
        addTime(words, thread.waited(), " so far");
        addTime(words, thread.left(), " left");
        return words.toString();
    }

    /// What a thread waits for, and who has it; empty if it does not wait.
    static String object(DumpedThread thread) {
        if (thread.waitsFor() == null) {
            return "";
        }
        var words = new StringBuilder(thread.waitsFor());
        if (!isOneThread(thread) && !thread.holders().isEmpty()) {
            var holders = thread.holders();
            words.append(" (held by ");
            words.append(
                    String.join(
                            ", ",
                            Blocker.labels(holders.subList(0, Math.min(NAMED, holders.size())))));
            words.append(holders.size() > NAMED ? " and others)" : ")");
        }
        return words.toString();
    }

    /// Whether what it waits for is the very thread that could end that.
    private static boolean isOneThread(DumpedThread thread) {
        return thread.holders().size() == 1
                && Blocker.label(thread.holders().getFirst()).equals(thread.waitsFor());
    }

    private static void addTime(StringBuilder words, @Nullable Duration time, String after) {
        if (time != null) {
            words.append(String.format(Locale.ROOT, ", %.1f s", time.toMillis() / 1e3));
            words.append(after);
        }
    }

    /// The frames of a stack but for those at its ends that are the same in all.
    private void addStack(List<StackTraceElement> stack) {
        int from = 0;
        int to = stack.size();
        while (from < to && isIn(PARKING, stack.get(from))) {
            from++;
        }
        while (to > from && isIn(BEGINNING, stack.get(to - 1))) {
            to--;
        }
        for (var frame : from == to ? stack : stack.subList(from, to)) {
            text.append("      at ").append(frame).append(NEW_LINE);
        }
    }

    private static boolean isIn(Set<String> types, StackTraceElement frame) {
        return types.contains(frame.getClassName());
    }
}
