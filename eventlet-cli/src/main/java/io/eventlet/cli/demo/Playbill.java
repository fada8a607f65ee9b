// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.demo;

import io.eventlet.cli.display.Look;
import io.eventlet.cli.display.Quantity;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// How the demonstration reads: at most 80 columns and as many as the screen has, with boxes and
/// colours where they can be shown, and plain lines in a log.
///
/// @param look what can be shown
/// @param columns how many there are
record Playbill(Look look, int columns) {
    private static final int MOST = 78; // some screens begin a line after their last column
    private static final int LEAST = 20;
    private static final int LONGEST_BAR = 34;
    private static final int SHORTEST_BAR = 8;

    /// What stands beside a bar: its label, the time, and how many times as long.
    private static final int BESIDE_BAR = 46;

    private static final String INDENTED = "    ";

    private int width() {
        return Math.clamp(columns - 2, LEAST, MOST);
    }

    /// How long a bar may be; 0 where there is no room for one.
    private int bar() {
        int room = width() - BESIDE_BAR;
        return room < SHORTEST_BAR ? 0 : Math.min(LONGEST_BAR, room);
    }

    /// The head of the page: a title and what it runs on.
    List<String> head(String title, List<String> facts) {
        List<String> lines = new ArrayList<>();
        boolean fits = title.length() <= width() - 5;
        if (look.colour() && look.drawing() && fits) {
            lines.add(look.dim("╭" + "─".repeat(width() - 2) + "╮"));
            lines.add(boxed(title, look.accent(title)));
            for (String fact : facts) {
                for (String part : wrapped(fact, width() - 5)) {
                    lines.add(boxed(part, look.dim(part)));
                }
            }
            lines.add(look.dim("╰" + "─".repeat(width() - 2) + "╯"));
        } else {
            lines.addAll(wrapped(title, width()));
            facts.forEach(fact -> lines.addAll(wrapped(look.plain(fact), width())));
            lines.add(look.rule(width()));
        }
        return lines;
    }

    private String boxed(String text, String styled) {
        String space = " ".repeat(Math.max(0, width() - 5 - text.length()));
        return look.dim("│") + "  " + styled + space + " " + look.dim("│");
    }

    /// The title of an act.
    List<String> title(int number, Act act) {
        String name = number + "  " + act.name();
        List<String> subject = wrapped(look.plain(act.subject()), width() - name.length() - 3);
        List<String> lines = new ArrayList<>();
        lines.add(" " + look.accent(name) + "  " + subject.getFirst());
        subject.stream().skip(1).forEach(line -> lines.add(" ".repeat(name.length() + 3) + line));
        return lines;
    }

    /// What happened in an act.
    List<String> scene(Scene scene) {
        List<String> lines = new ArrayList<>();
        int bar = bar();
        // Never nothing: at least the least that can be drawn.
        double least = (look.drawing() ? 0.125 : 1.0) / Math.max(1, bar);
        double share = Math.max(1 / Math.max(1, scene.gain()), least);
        lines.add(figure("at once", look.bold(Quantity.count(scene.atOnce()))));
        lines.add(figure("took", timed(scene.took(), look.good(look.bar(share, bar)))));
        lines.add(
                figure(
                        "one after another",
                        timed(scene.oneByOne(), look.bad(look.bar(1, bar)))
                                + (bar == 0 ? "" : "  ")
                                + look.bold(look.plain(Quantity.times(scene.gain())))));
        lines.add(figure("processor time", Quantity.time(scene.cpu())));
        for (String fact : scene.facts()) {
            lines.addAll(note(fact, scene.sound()));
        }
        return lines;
    }

    private String timed(Duration time, String bar) {
        String text = Quantity.time(time);
        return bar() == 0 ? text + " " : "%-13s %s".formatted(text, bar);
    }

    private String figure(String label, String value) {
        return bar() == 0
                ? " " + look.dim(label + ":") + " " + value
                : INDENTED + look.dim("%-18s".formatted(label)) + " " + value;
    }

    /// A fact in as many lines as it needs.
    private List<String> note(String fact, boolean sound) {
        return wrapped(look.plain(fact), width() - INDENTED.length()).stream()
                .map(text -> INDENTED + (sound ? text : look.bad(text)))
                .toList();
    }

    /// The words in lines of so many columns; a word that is longer has a line of its own.
    private static List<String> wrapped(String text, int columns) {
        List<String> lines = new ArrayList<>();
        var line = new StringBuilder();
        for (String word : text.split(" ", -1)) {
            if (!line.isEmpty() && line.length() + 1 + word.length() > columns) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.isEmpty() ? "" : " ").append(word);
        }
        lines.add(line.toString());
        return lines;
    }

    /// The status while an act goes on, which its area cuts where the screen ends.
    List<String> status(Act act) {
        Gauge gauge = act.gauge();
        double fraction = (double) gauge.done() / Math.max(1, gauge.total());
        String atOnce = gauge.atOnce() == 0 ? "" : Quantity.count(gauge.atOnce()) + " at once";
        String done = Quantity.count(gauge.done()) + "/" + Quantity.count(gauge.total());
        String drawn = look.accent(look.gauge(fraction, bar()));
        return List.of(INDENTED + drawn + "  " + done + "  " + atOnce);
    }

    /// The last lines.
    List<String> foot(List<String> facts) {
        List<String> lines = new ArrayList<>();
        lines.add(look.dim(look.rule(width())));
        wrapped(look.plain(String.join(" · ", facts)), width() - 1)
                .forEach(line -> lines.add(" " + line));
        return lines;
    }
}
