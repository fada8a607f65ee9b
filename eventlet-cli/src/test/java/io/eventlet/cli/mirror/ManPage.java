// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.mirror;

import io.eventlet.cli.ExitCode;

import picocli.CommandLine;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/// The manual page of a command, in the language of troff's `man` macros.
final class ManPage {
    private final CommandSpec spec;
    private final StringBuilder text = new StringBuilder();

    private ManPage(CommandSpec spec) {
        this.spec = spec;
    }

    static String of(Object command) {
        var page = new ManPage(new CommandLine(command).getCommandSpec());
        page.write();
        return page.text.toString();
    }

    private void write() {
        var usage = spec.usageMessage();
        var name = "eventlet-" + spec.name();
        line(".TH " + name.toUpperCase(Locale.ROOT) + " 1 \"\" \"Eventlet for Java\"");
        heading("NAME");
        line(escaped(name + " - " + sentence(usage.description()[0])));
        heading("SYNOPSIS");
        line(".nf");
        for (var synopsis : usage.customSynopsis()) {
            line(escaped(synopsis.strip()));
        }
        line(".fi");
        heading("DESCRIPTION");
        for (int i = 1; i < usage.description().length; i++) {
            line(escaped(usage.description()[i]));
        }
        heading("OPTIONS");
        spec.options().stream().filter(option -> option.group() == null).forEach(this::option);
        spec.argGroups().stream()
                .sorted(Comparator.comparingInt(ArgGroupSpec::order))
                .forEach(group -> {
                    line(".SS " + escaped(group.heading().replace("%n", "").replace(":", "")));
                    group.options().forEach(this::option);
                });
        heading("FILES");
        line(".TP");
        line("DIR/.eventlet\\-mirror");
        line("What a run has done and has to do, and unfinished files.");
        heading("EXIT STATUS");
        for (var code : ExitCode.values()) {
            line(".TP");
            line(Integer.toString(code.status()));
            line(escaped(code.description()));
        }
        heading("EXAMPLES");
        line(".nf");
        for (var example : usage.footer()) {
            line(escaped(example.strip()));
        }
        line(".fi");
    }

    private void option(ArgSpec argument) {
        if (argument instanceof OptionSpec option) {
            List<String> names = new ArrayList<>();
            for (var name : option.names()) {
                names.add("\\fB" + escaped(name) + "\\fR");
            }
            line(".TP");
            line(
                    String.join(", ", names)
                            + (option.arity().max() == 0
                                    ? ""
                                    : " \\fI" + escaped(option.paramLabel()) + "\\fR"));
            line(escaped(String.join(" ", option.description())));
        }
    }

    private void heading(String name) {
        line(".SH " + name);
    }

    private void line(String content) {
        text.append(content).append('\n');
    }

    private static String sentence(String description) {
        return Character.toLowerCase(description.charAt(0))
                + description.substring(1).replaceFirst("[.]$", "");
    }

    private static String escaped(String words) {
        var escaped = words.replace("\\", "\\e").replace("-", "\\-");
        return escaped.startsWith(".") || escaped.startsWith("'") ? "\\&" + escaped : escaped;
    }
}
