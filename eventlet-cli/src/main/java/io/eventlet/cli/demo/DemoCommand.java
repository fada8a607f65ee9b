// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.demo;

import io.eventlet.cli.CommandFailure;
import io.eventlet.cli.ExitCode;
import io.eventlet.cli.Terminal;
import io.eventlet.cli.display.Board;
import io.eventlet.cli.display.Look;
import io.eventlet.cli.display.Quantity;
import io.eventlet.cli.options.CountConverter;
import io.eventlet.cli.options.DurationConverter;
import io.eventlet.cli.process.ThisProcess;
import io.eventlet.hub.Hub;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.concurrent.Callable;

/// `eventlet demo`: the three patterns against an embedded site, and what they cost.
@Command(
        name = "demo",
        sortOptions = false,
        description = {
            "Show the three patterns at work: client, server, dispatch.",
            "Starts a site of some hundred pages and feeds inside this process, on loopback, and"
                    + " runs against it; needs no network and ends by itself in some seconds."
        })
public final class DemoCommand implements Callable<Integer> {
    /// Half of them are for files of the JVM and its libraries, the others for a few connections.
    private static final int LEAST_DESCRIPTORS = 192;

    @Option(
            names = "--connections",
            paramLabel = "N",
            defaultValue = "10000",
            converter = CountConverter.class,
            description = {
                "how many connections the server shall hold at once (default: ${DEFAULT-VALUE});",
                "fewer are used, and it is said, when the limits of the system do not allow them"
            })
    private int connections;

    @Option(
            names = "--pages",
            paramLabel = "N",
            defaultValue = "500",
            converter = CountConverter.class,
            description = "how many pages the site has (default: ${DEFAULT-VALUE})")
    private int pages;

    @Option(
            names = "--feeds",
            paramLabel = "N",
            defaultValue = "240",
            converter = CountConverter.class,
            description = "how many feeds the site has (default: ${DEFAULT-VALUE})")
    private int feeds;

    @Option(
            names = "--latency",
            paramLabel = "TIME",
            defaultValue = "150ms",
            converter = DurationConverter.class,
            description = "how far away the site is, on average (default: ${DEFAULT-VALUE})")
    private Duration latency = Duration.ZERO;

    @Option(names = "--no-progress", description = "show no live progress on a terminal")
    private boolean noProgress;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        long descriptors = descriptors(ThisProcess.descriptorLimit());
        Terminal terminal = Terminal.ofProcess();
        CommandLine line = spec.commandLine();
        try (Board board = Board.open(terminal, line.getOut(), line.getErr(), !noProgress)) {
            var bill = new Playbill(Look.of(terminal), Terminal.columnsOfProcess().orElse(80));
            var plan = DemoPlan.of(pages, feeds, latency, connections);
            boolean sound = show(plan.within(descriptors), board, bill);
            return (sound ? ExitCode.OK : ExitCode.SOME_FAILED).status();
        }
    }

    /// How many descriptors there are for connections: enough for a demonstration at all.
    static long descriptors(OptionalLong allowed) {
        long limit = allowed.orElse(Long.MAX_VALUE);
        if (limit < LEAST_DESCRIPTORS) {
            throw new CommandFailure(
                    ExitCode.CONFIGURATION,
                    "the demonstration needs %d descriptors, and this process may have %d (ulimit -n)"
                            .formatted(LEAST_DESCRIPTORS, limit));
        }
        return limit - LEAST_DESCRIPTORS / 2;
    }

    /// Shows the demonstration on a board; whether everything went as it should.
    static boolean show(DemoPlan plan, Board board, Playbill bill) throws Exception {
        var watch = Stopwatch.start();
        bill.head("Eventlet for Java: three patterns, one small process", setting())
                .forEach(board::line);
        boolean sound = true;
        var site = new DemoSite(plan);
        try (SiteServer server = SiteServer.start(site)) {
            List<Act> acts =
                    List.of(
                            new ClientAct(plan, site, server),
                            new ServerAct(plan),
                            new DispatchAct(plan, site, server),
                            new MirrorAct(plan, site, server));
            for (Act act : acts) {
                board.line("");
                bill.title(acts.indexOf(act) + 1, act).forEach(board::line);
                board.status(() -> bill.status(act));
                Scene scene = act.play();
                board.status(List::of);
                bill.scene(scene).forEach(board::line);
                sound &= scene.sound();
                if (board.isBroken()) {
                    return false; // nobody sees the rest
                }
            }
        }
        board.line("");
        bill.foot(totals(watch)).forEach(board::line);
        return sound;
    }

    private static List<String> setting() {
        return List.of(
                "%s mode · %s · JDK %s · %s · %s"
                        .formatted(
                                Hub.main().mode().name().toLowerCase(Locale.ROOT),
                                Hub.main().poller(),
                                Runtime.version().feature()
                                        + "."
                                        + Runtime.version().interim()
                                        + "."
                                        + Runtime.version().update(),
                                Quantity.count(Runtime.getRuntime().availableProcessors(), "core"),
                                ThisProcess.descriptorLimit().isPresent()
                                        ? Quantity.count(
                                                ThisProcess.descriptorLimit().getAsLong(),
                                                "descriptor")
                                        : "descriptors without a known limit"));
    }

    private static List<String> totals(Stopwatch watch) {
        List<String> parts = new ArrayList<>();
        parts.add("All in " + Quantity.time(watch.elapsed()));
        parts.add("processor time " + Quantity.time(ThisProcess.cpuTime()));
        ThisProcess.peakMemory()
                .ifPresent(peak -> parts.add("peak memory " + Quantity.bytes(peak)));
        return parts;
    }
}
