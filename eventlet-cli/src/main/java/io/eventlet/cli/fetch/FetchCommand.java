// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.fetch;

import io.eventlet.cli.CommandFailure;
import io.eventlet.cli.ExitCode;
import io.eventlet.cli.Terminal;
import io.eventlet.cli.display.Board;
import io.eventlet.cli.display.Look;
import io.eventlet.cli.display.Quantity;
import io.eventlet.cli.options.CountConverter;
import io.eventlet.cli.options.DurationConverter;
import io.eventlet.cli.options.PathConverter;
import io.eventlet.cli.process.About;
import io.eventlet.cli.process.FileTrouble;
import io.eventlet.cli.process.StopSignals;
import io.eventlet.cli.process.ThisProcess;
import io.eventlet.cli.web.Exchange;
import io.eventlet.cli.web.WebClient;
import io.eventlet.http.client.HttpClient;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/// `eventlet fetch`: fetches many URLs at once and tells what became of each, in order.
@Command(
        name = "fetch",
        sortOptions = false,
        description = {
            "Fetch many URLs at once.",
            "Prints one line for each URL, in the order of the input: status, bytes, milliseconds,"
                    + " URL."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  eventlet fetch https://example.org/ https://example.com/",
            "  eventlet fetch --input urls.txt --concurrency 500 --output pages",
            "  sort -u urls.txt | eventlet fetch --timeout 10s --json - > results.ndjson"
        })
public final class FetchCommand implements Callable<Integer> {
    /// Descriptors that the JVM, files being written and name look-ups may need beside the
    /// connections.
    private static final long DESCRIPTORS_SPARED = 128;

    @Parameters(
            paramLabel = "URL",
            arity = "0..*",
            description = "what to fetch; - reads URLs from standard input, one a line")
    private List<String> urls = new ArrayList<>();

    @Option(
            names = {"-i", "--input"},
            paramLabel = "FILE",
            converter = PathConverter.class,
            description =
                    "read URLs from a file, one a line; blank lines and # comments are skipped")
    private List<Path> inputs = new ArrayList<>();

    @Option(
            names = {"-c", "--concurrency"},
            paramLabel = "N",
            defaultValue = "100",
            converter = CountConverter.class,
            description = "how many to fetch at once (default: ${DEFAULT-VALUE})")
    private int concurrency;

    @Option(
            names = {"-t", "--timeout"},
            paramLabel = "TIME",
            defaultValue = "60s",
            converter = DurationConverter.class,
            description = {
                "how long one URL may take, redirects and body included,",
                "e.g. 500ms, 30s, 2m; 0 for no limit (default: ${DEFAULT-VALUE})"
            })
    private Duration timeout = Duration.ZERO;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "DIR",
            converter = PathConverter.class,
            description = "save bodies under DIR/host/path; each file is there whole or not at all")
    private @Nullable Path output;

    @Option(
            names = {"-k", "--insecure"},
            description = "accept any TLS certificate")
    private boolean insecure;

    @Option(names = "--json", description = "print one JSON object a line instead of text")
    private boolean json;

    @Option(
            names = {"-q", "--quiet"},
            description = "print failures only, no summary and no progress")
    private boolean quiet;

    @Option(names = "--no-progress", description = "show no live progress on a terminal")
    private boolean noProgress;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() {
        List<UrlSource> sources = sources();
        @Nullable OutputTree tree = output == null ? null : tree(output);
        Terminal terminal = Terminal.ofProcess();
        Look notes = Look.ofErrors(terminal);
        Report report =
                json ? new JsonReport(quiet) : new TextReport(Look.of(terminal), notes, quiet);
        int atOnce = affordable(concurrency);
        HttpClient client = client(atOnce, terminal.environment());
        var feed = new UrlFeed(sources);
        var run =
                new FetchRun(
                        new Download(new Exchange(client, About.userAgent(), timeout)),
                        atOnce,
                        feed,
                        tree);
        try (Board board = Board.open(terminal, out(), err(), !quiet && !noProgress);
                StopSignals signals = StopSignals.on(run::stop)) {
            board.status(new FetchStatus(run.tally(), sources, notes));
            run.run(outcome -> {
                report.line(outcome).ifPresent(board::line);
                if (board.isBroken()) {
                    run.stop();
                }
            });
            return close(board, report, run.tally().count(), feed, signals);
        } finally {
            client.close();
        }
    }

    private HttpClient client(int atOnce, Map<String, String> environment) {
        try {
            return WebClient.of(atOnce, insecure, environment);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(
                    ExitCode.CONFIGURATION,
                    "the proxy that the environment names cannot be used: " + e.getMessage(),
                    e);
        }
    }

    private int close(
            Board board, Report report, Tally.Count count, UrlFeed feed, StopSignals signals) {
        report.results(count).forEach(board::line);
        if (!quiet) {
            report.summary(count).forEach(board::note);
        }
        feed.problem().ifPresent(problem -> board.note("eventlet fetch: " + problem));
        boolean allFetched = count.failed() == 0 && feed.problem().isEmpty() && !board.isBroken();
        ExitCode exitCode = allFetched ? ExitCode.OK : ExitCode.SOME_FAILED;
        return signals.exitCode().orElse(exitCode.status());
    }

    private List<UrlSource> sources() {
        List<UrlSource> sources = new ArrayList<>();
        List<String> arguments = new ArrayList<>();
        for (String url : urls) {
            if (url.equals("-")) {
                addArguments(arguments, sources);
                sources.add(new UrlSource.StandardInput(System.in));
            } else {
                arguments.add(url);
            }
        }
        addArguments(arguments, sources);
        for (Path input : inputs) {
            if (input.toString().equals("-")) {
                sources.add(new UrlSource.StandardInput(System.in));
                continue;
            }
            if (!Files.isReadable(input) || Files.isDirectory(input)) {
                String why = Files.isDirectory(input) ? "a directory" : "no file that can be read";
                throw unusable("Invalid value for option '--input': '" + input + "' is " + why);
            }
            sources.add(new UrlSource.InputFile(input));
        }
        if (sources.isEmpty()) {
            throw misuse("Nothing to fetch: give URLs, or - for standard input, or --input FILE");
        }
        if (sources.stream().filter(UrlSource.StandardInput.class::isInstance).count() > 1) {
            throw misuse("Standard input (-) can be read only once");
        }
        return sources;
    }

    private static void addArguments(List<String> arguments, List<UrlSource> sources) {
        if (!arguments.isEmpty()) {
            sources.add(new UrlSource.Arguments(List.copyOf(arguments)));
            arguments.clear();
        }
    }

    private OutputTree tree(Path directory) {
        try {
            Files.createDirectories(directory);
            return new OutputTree(directory);
        } catch (IOException e) {
            throw unusable(
                    "Invalid value for option '--output': '"
                            + directory
                            + "' cannot be made a directory: "
                            + FileTrouble.reason(e));
        }
    }

    /// As many as the descriptors allow; more would only fail one by one with "Too many open
    /// files".
    private int affordable(int wanted) {
        long limit = ThisProcess.descriptorLimit().orElse(Long.MAX_VALUE);
        long free = limit - ThisProcess.openDescriptors().orElse(0) - DESCRIPTORS_SPARED;
        if (output != null) {
            free /= 2; // a large body has its file open beside its connection
        }
        if (wanted <= free) {
            return wanted;
        }
        int affordable = (int) Math.max(1, free);
        err().println(
                        "eventlet fetch: --concurrency %s lowered to %s: the process may have %s descriptors (ulimit -n)"
                                .formatted(
                                        Quantity.count(wanted),
                                        Quantity.count(affordable),
                                        Quantity.count(limit)));
        return affordable;
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }

    private PrintWriter err() {
        return spec.commandLine().getErr();
    }

    private static CommandFailure unusable(String message) {
        return new CommandFailure(ExitCode.CONFIGURATION, message);
    }

    private ParameterException misuse(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
