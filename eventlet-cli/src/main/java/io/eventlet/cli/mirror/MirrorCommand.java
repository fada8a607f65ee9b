// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.mirror;

import io.eventlet.cli.CommandFailure;
import io.eventlet.cli.ExitCode;
import io.eventlet.cli.Terminal;
import io.eventlet.cli.display.Board;
import io.eventlet.cli.options.OptionAdvice;
import io.eventlet.cli.options.PathConverter;
import io.eventlet.cli.options.RepeatedOptions;
import io.eventlet.cli.process.FileTrouble;
import io.eventlet.cli.tls.ClientTlsOptions;
import io.eventlet.http.client.HttpClient;
import io.eventlet.http.client.HttpUrl;
import io.eventlet.mirror.crawl.Mirror;
import io.eventlet.mirror.crawl.MirrorBuilder;
import io.eventlet.mirror.frontier.Frontier;
import io.eventlet.mirror.place.Place;

import org.h2.mvstore.MVStoreException;

import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

/// `eventlet mirror`: copies the directory trees that servers show, and says what has become of
/// each URL.
@Command(
        name = "mirror",
        sortOptions = false,
        customSynopsis = {
            "eventlet mirror [OPTIONS] URL... DIR",
            "       eventlet mirror [OPTIONS] -i FILE DIR",
            "       eventlet mirror --why URL|FILE DIR  (or --report, --failed, --verify)",
            "       eventlet mirror --status --frontier URL"
        },
        description = {
            "Copy the directory trees that servers show.",
            "Begins at the URLs, reads listings and downloads what is below, until nothing is"
                    + " left. A run that was stopped goes on where it was when the same command is"
                    + " given again; over a complete copy it fetches what has changed."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  eventlet mirror https://example.org/pub/ copy",
            "  eventlet mirror -nH --cut-dirs 1 -A '*.iso' https://example.org/pub/ copy",
            "  eventlet mirror --links -p -k -E https://example.org/ copy",
            "  eventlet mirror --why https://example.org/pub/a.iso copy",
            "  eventlet mirror --failed copy | eventlet mirror -i - other"
        })
public final class MirrorCommand implements Callable<Integer>, OptionAdvice {
    @Parameters(
            paramLabel = "URL",
            arity = "0..*",
            description = "where to begin; the last argument is DIR, the directory of the copy")
    private List<String> arguments = new ArrayList<>();

    @Option(
            names = {"-i", "--input"},
            paramLabel = "FILE",
            converter = PathConverter.class,
            description = "begin also at the URLs of a file, one a line; - is standard input")
    private List<Path> inputs = new ArrayList<>();

    @ArgGroup(validate = false, heading = "%nWhat belongs to the copy:%n", order = 1)
    private ScopeOptions scope = new ScopeOptions();

    @ArgGroup(validate = false, heading = "%nPages that are no listings:%n", order = 2)
    private PageOptions pages = new PageOptions();

    @ArgGroup(validate = false, heading = "%nHow fast, and how much:%n", order = 3)
    private PaceOptions pace = new PaceOptions();

    @ArgGroup(validate = false, heading = "%nHow servers are asked:%n", order = 4)
    private NetworkOptions network = new NetworkOptions();

    @ArgGroup(validate = false, heading = "%nWho asks:%n", order = 5)
    private AccessOptions access = new AccessOptions();

    @ArgGroup(validate = false, heading = "%nSecure connections:%n", order = 6)
    private ClientTlsOptions tls = new ClientTlsOptions();

    @ArgGroup(validate = false, heading = "%nFiles:%n", order = 7)
    private FileOptions files = new FileOptions();

    @ArgGroup(validate = false, heading = "%nWhat is told:%n", order = 8)
    private OutputOptions output = new OutputOptions();

    @ArgGroup(validate = false, heading = "%nMany workers:%n", order = 9)
    private WorkerOptions workers = new WorkerOptions();

    @ArgGroup(validate = false, heading = "%nAnswers, without fetching anything:%n", order = 10)
    private ReportOptions reports = new ReportOptions();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        RepeatedOptions.rejoin(spec);
        Stream.of(
                        scope.contradiction(),
                        network.contradiction(),
                        files.contradiction(),
                        access.contradiction(),
                        access.isAsking() && inputs.contains(Path.of("-"))
                                ? "--ask-password and --input - exclude each other: both read"
                                        + " standard input"
                                : "",
                        access.isSayingWhoAsks() && network.isSayingWhoAsks()
                                ? "--header Authorization excludes --user and --bearer-file"
                                : "",
                        tls.contradiction().orElse(""),
                        workers.contradiction(),
                        workers.isAsked() && files.isFresh()
                                ? "--fresh forgets a state that nobody shares; with --frontier use"
                                        + " --again, or another --crawl"
                                : "",
                        workers.isAsked() && pages.isConverting()
                                ? "--convert-links is for one worker that has the whole copy, and"
                                        + " not for --frontier"
                                : "",
                        workers.isAsked() && files.hasEndings()
                                ? "--adjust-extension is for one worker that has the whole copy,"
                                        + " and not for --frontier"
                                : "",
                        workers.isAsked() && files.isCutting()
                                ? "--cut-dirs is for one worker that has the whole copy, and not"
                                        + " for --frontier"
                                : "",
                        reports.contradiction())
                .filter(problem -> !problem.isEmpty())
                .findFirst()
                .ifPresent(problem -> {
                    throw misuse(problem);
                });
        if (workers.isStatus()) {
            return status().status();
        }
        var directory = directory();
        try {
            return reports.isAsked() ? answer(directory).status() : copy(directory);
        } catch (MVStoreException e) {
            throw CopyState.lost(directory, e);
        }
    }

    @Override
    public String adviceOn(String option) {
        return WgetOptions.advice(option);
    }

    private ExitCode status() {
        var status = new CrawlReport(workers.readStatus());
        var out = spec.commandLine().getOut();
        if (output.isJson()) {
            out.println(status.json());
        } else {
            status.text(out::println);
        }
        return ExitCode.OK;
    }

    private Path directory() {
        if (arguments.isEmpty()) {
            throw misuse("The directory of the copy is missing, as the last argument");
        }
        var last = arguments.getLast();
        if (last.matches("(?i)https?://.*") || last.isEmpty()) {
            throw misuse(
                    "The last argument is the directory of the copy, and not '%s'"
                            .formatted(TextEvents.shown(last)));
        }
        try {
            return Path.of(last);
        } catch (InvalidPathException e) {
            throw misuse("'%s' is not a path: %s".formatted(last, e.getReason()));
        }
    }

    private ExitCode answer(Path directory) {
        if (arguments.size() > 1 || !inputs.isEmpty()) {
            throw misuse(
                    "Nothing is fetched with --why, --report, --failed, --verify: only DIR is"
                            + " needed");
        }
        var out = spec.commandLine().getOut();
        if (reports.isVerify()) {
            return Verifying.run(layout(directory).in(directory), output.isJson(), out::println);
        }
        try (Frontier state =
                workers.isAsked() ? workers.read(pace.hostLimits()) : CopyState.read(directory)) {
            var dossier = new Dossier(state, layout(directory).in(directory), output.isJson());
            if (reports.why().isPresent()) {
                return dossier.why(reports.why().get(), out::println)
                        ? ExitCode.OK
                        : ExitCode.SOME_FAILED;
            }
            if (reports.isReport()) {
                dossier.report(out::println);
            } else {
                dossier.failed(out::println);
            }
            return ExitCode.OK;
        }
    }

    private static Layout layout(Path directory) {
        try {
            return Layout.restored(directory);
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.CONFIGURATION, FileTrouble.reason(e), e);
        }
    }

    private int copy(Path whole) throws IOException {
        var directory = workers.directory(whole);
        var urls = arguments.subList(0, arguments.size() - 1);
        arguments.stream()
                .filter(argument -> argument.startsWith("-"))
                .findFirst()
                .ifPresent(option -> {
                    throw misuse(
                            "unknown option '%s'"
                                    .formatted(TextEvents.shown(option))); // such as -4
                });
        var starts = Starts.read(urls, inputs);
        if (starts.urls().isEmpty()) {
            throw misuse(
                    starts.problems().isEmpty()
                            ? "Nothing to copy: give URLs before DIR, or --input FILE"
                            : starts.problems().getFirst());
        }
        access.ask(spec.commandLine().getErr());
        var terminal = Terminal.ofProcess();
        var layout = files.layout();
        var place = workers.place(layout.in(directory));
        if (files.isFresh()) {
            CopyState.forget(place);
        }
        var report = output.report(terminal, starts.urls());
        var line = spec.commandLine();
        try (Frontier frontier =
                        workers.isAsked()
                                ? shared(directory, place, layout)
                                : CopyState.open(place, layout);
                var client =
                        network.client(
                                pace.concurrency(), tls, access.cookies(), terminal.environment());
                var events = new EventQueue(report);
                var archive = files.archive().orElse(null);
                var board = Board.open(terminal, line.getOut(), line.getErr(), output.isLive())) {
            starts.problems().forEach(problem -> board.note("eventlet mirror: " + problem));
            var options = mirror(client, frontier, place, starts.urls()).listener(events);
            if (archive != null) {
                options.archive(archive);
            }
            var mirror = options.build();
            board.status(status(mirror, terminal));
            try (var _ = progressLines(mirror, terminal, board)) {
                int status =
                        new CopyRun(mirror, events, report, board)
                                .run(
                                        output.isQuiet(),
                                        files.gone(frontier, place, output.isJson()).orElse(null));
                if (!output.isQuiet() && !pages.isReading()) {
                    starts.unreadPage(frontier).ifPresent(page -> board.note(notRead(page)));
                }
                boolean isAll = starts.problems().isEmpty() || status != ExitCode.OK.status();
                return isAll ? status : ExitCode.SOME_FAILED.status();
            }
        }
    }

    private static String notRead(HttpUrl page) {
        return "eventlet mirror: %s is a page, and no listing: --links follows its links"
                .formatted(TextEvents.shown(page.toString()));
    }

    private Frontier shared(Path directory, Place place, Layout layout) {
        CopyState.begin(layout.in(directory), layout);
        CopyState.begin(place, layout);
        return workers.open(pace.hostLimits());
    }

    private MirrorBuilder mirror(
            HttpClient client, Frontier frontier, Place place, List<HttpUrl> starts) {
        var mirror =
                Mirror.builder(client, frontier, place, starts)
                        .scope(scope.scope(starts))
                        .fileBytes(scope.fileBytes());
        pages.apply(mirror);
        pace.apply(mirror);
        network.apply(mirror);
        access.apply(mirror, starts);
        workers.apply(mirror);
        return mirror;
    }

    private MirrorStatus status(Mirror mirror, Terminal terminal) {
        return new MirrorStatus(mirror::progress, System::nanoTime, output.notes(terminal));
    }

    private ProgressLines progressLines(Mirror mirror, Terminal terminal, Board board) {
        boolean isShown = output.isLive() && terminal.isErrScreen();
        return output.hasProgressLines() && !isShown
                ? ProgressLines.begin(status(mirror, terminal)::line, board)
                : ProgressLines.none();
    }

    private ParameterException misuse(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
