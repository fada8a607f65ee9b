// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.demo;

import io.eventlet.cli.display.Look;
import io.eventlet.cli.display.Quantity;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// How the demonstration reads: at most 80 columns, with boxes and colours where they can be shown,
/// and plain lines in a log.
///
/// @param look what can be shown
record Playbill(Look look) {
    private static final int WIDTH = 78;
    private static final int BAR = 34;

    /// The head of the page: a title and what it runs on.
    List<String> head(String title, List<String> facts) {
        List<String> lines = new ArrayList<>();
        if (look.colour() && look.drawing()) {
            lines.add(look.dim("╭" + "─".repeat(WIDTH - 2) + "╮"));
            lines.add(boxed(title, look.accent(title)));
            facts.forEach(fact -> lines.add(boxed(fact, look.dim(fact))));
            lines.add(look.dim("╰" + "─".repeat(WIDTH - 2) + "╯"));
        } else {
            lines.add(title);
            facts.forEach(fact -> lines.add(look.plain(fact)));
            lines.add(look.rule(WIDTH));
        }
        return lines;
    }

    private String boxed(String text, String styled) {
        String space = " ".repeat(Math.max(0, WIDTH - 5 - text.length()));
        return look.dim("│") + "  " + styled + space + " " + look.dim("│");
    }

    /// The title of an act.
    String title(int number, Act act) {
        return " " + look.accent(number + "  " + act.name()) + "  " + look.plain(act.subject());
    }

    /// What happened in an act.
    List<String> scene(Scene scene) {
        List<String> lines = new ArrayList<>();
        // Never nothing: at least the least that can be drawn.
        double share =
                Math.max(1 / Math.max(1, scene.gain()), look.drawing() ? 0.125 / BAR : 1.0 / BAR);
        lines.add(figure("at once", look.bold(Quantity.count(scene.atOnce()))));
        lines.add(figure("took", timed(scene.took(), look.good(look.bar(share, BAR)))));
        lines.add(
                figure(
                        "one after another",
                        timed(scene.oneByOne(), look.bad(look.bar(1, BAR)))
                                + "  "
                                + look.bold(look.plain(Quantity.times(scene.gain())))));
        lines.add(figure("processor time", Quantity.time(scene.cpu())));
        for (String fact : scene.facts()) {
            lines.addAll(note(fact, scene.sound()));
        }
        return lines;
    }

    private static String timed(Duration time, String bar) {
        return "%-13s %s".formatted(Quantity.time(time), bar);
    }

    private String figure(String label, String value) {
        return "    " + look.dim("%-18s".formatted(label)) + " " + value;
    }

    /// A fact in as many lines as it needs.
    private List<String> note(String fact, boolean sound) {
        List<String> lines = new ArrayList<>();
        var line = new StringBuilder();
        for (String word : look.plain(fact).split(" ", -1)) {
            if (!line.isEmpty() && line.length() + 1 + word.length() > WIDTH - 4) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.isEmpty() ? "" : " ").append(word);
        }
        lines.add(line.toString());
        return lines.stream().map(text -> "    " + (sound ? text : look.bad(text))).toList();
    }

    /// The status while an act goes on.
    List<String> status(Act act) {
        Gauge gauge = act.gauge();
        double fraction = (double) gauge.done() / Math.max(1, gauge.total());
        String atOnce = gauge.atOnce() == 0 ? "" : Quantity.count(gauge.atOnce()) + " at once";
        String done = Quantity.count(gauge.done()) + "/" + Quantity.count(gauge.total());
        return List.of(
                "    " + look.accent(look.gauge(fraction, BAR)) + "  " + done + "  " + atOnce);
    }

    /// The last lines.
    List<String> foot(List<String> facts) {
        List<String> lines = new ArrayList<>();
        lines.add(look.dim(look.rule(WIDTH)));
        lines.add(" " + look.plain(String.join(" · ", facts)));
        return lines;
    }
}
