// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli;

import io.eventlet.cli.demo.DemoCommand;
import io.eventlet.cli.dump.DumpCommand;
import io.eventlet.cli.echo.EchoCommand;
import io.eventlet.cli.feeds.FeedsCommand;
import io.eventlet.cli.fetch.FetchCommand;
import io.eventlet.cli.mirror.MirrorCommand;
import io.eventlet.cli.proxy.ProxyCommand;
import io.eventlet.cli.run.RunCommand;
import io.eventlet.cli.serve.ServeCommand;

import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

import java.util.List;
import java.util.function.Supplier;

/// The commands that `eventlet` has, in the order in which `--help` lists them.
///
/// A command's annotations are read only when it is the one that was asked for: reading them all
/// took longer at each start than everything else together (docs/performance.md).
final class Commands {
    /// Every command; to add one, name it here.
    static final List<Entry> ALL =
            List.of(
                    new Entry(
                            "demo",
                            "Show the three patterns at work: client, server, dispatch.",
                            DemoCommand::new),
                    new Entry("fetch", "Fetch many URLs at once.", FetchCommand::new),
                    new Entry(
                            "mirror",
                            "Copy the directory trees that servers show.",
                            MirrorCommand::new),
                    new Entry(
                            "serve",
                            "Serve the files of a directory over HTTP.",
                            ServeCommand::new),
                    new Entry(
                            "feeds",
                            "Run a server that gives the titles of feeds.",
                            FeedsCommand::new),
                    new Entry("proxy", "Pass requests on to other servers.", ProxyCommand::new),
                    new Entry(
                            "echo",
                            "Run a server that sends back whatever its clients send.",
                            EchoCommand::new),
                    new Entry(
                            "run",
                            "Run an unchanged program with green threads and sockets.",
                            RunCommand::new),
                    new Entry(
                            "dump",
                            "Show what the green threads of another process wait for.",
                            DumpCommand::new),
                    new Entry(
                            "completion",
                            "Print the completion script for bash or zsh.",
                            CompletionCommand::new));

    private Commands() {}

    /// Adds them to `line`: the one that `args` name as itself, the others as a name and a
    /// sentence.
    static void addTo(CommandLine line, String... args) {
        String named = named(args);
        boolean areAllNeeded = named.equals("completion");
        for (Entry entry : ALL) {
            Object command =
                    areAllNeeded || named.equals(entry.name) ? entry.command.get() : entry.stub();
            line.addSubcommand(entry.name, command);
        }
    }

    /// The first argument that is neither an option nor the value of the only one there that has
    /// one.
    private static String named(String... args) {
        String before = "";
        for (String arg : args) {
            if (!arg.startsWith("-") && !before.equals(Main.HUB_OPTION)) {
                return arg;
            }
            before = arg;
        }
        return "";
    }

    /// A command that can be made.
    ///
    /// @param description the first line of its own description
    record Entry(String name, String description, Supplier<Object> command) {
        private CommandSpec stub() {
            var spec = CommandSpec.create().name(name);
            spec.usageMessage().description(description);
            return spec;
        }
    }
}
