// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.mirror;

import io.eventlet.cli.CommandFailure;
import io.eventlet.cli.ExitCode;
import io.eventlet.cli.options.DurationConverter;
import io.eventlet.cli.web.FailureKind;
import io.eventlet.mirror.crawl.MirrorBuilder;
import io.eventlet.mirror.place.FileNames;
import io.eventlet.mirror.place.Place;
import io.eventlet.mirror.postgresql.CrawlStatus;
import io.eventlet.mirror.postgresql.HostLimits;
import io.eventlet.mirror.postgresql.PostgresFrontier;
import io.eventlet.mirror.postgresql.PostgresOptions;
import io.eventlet.mirror.postgresql.PostgresSettings;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;

/// The options of one of many workers, which share the work by a PostgreSQL.
final class WorkerOptions {
    private static final String NO_RIGHT = "42501"; // of SQL: insufficient_privilege
    private static final String NO_CONNECTION = "08"; // a class of them
    private static final String REFUSED = "08004"; // by a server that was reached
    private static final int LONGEST_HOST = 40; // of 64 that a name may have
    private static final Duration USUAL_LEASE = Duration.ofMinutes(1);
    private static final Duration SHORTEST_LEASE = Duration.ofSeconds(5);

    @Option(
            names = "--frontier",
            paramLabel = "URL",
            description =
                    "share the work with others by a PostgreSQL: postgresql://user@host/database")
    private @Nullable String url;

    @Option(
            names = "--crawl",
            paramLabel = "NAME",
            description = "what they share, a schema of the database (mirror)")
    private @Nullable String crawl;

    @Option(
            names = {"--worker-id", "--workers-id"},
            paramLabel = "NAME",
            description =
                    "what this worker is called, and no other (its host, process, and some digits)")
    private @Nullable String name;

    @Option(names = "--shard-dir", description = "write below DIR/NAME, a part for each worker")
    private boolean shards;

    @Option(
            names = "--lease",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "how long a URL is claimed until another worker may have it (1m)")
    private @Nullable Duration lease;

    @Option(names = "--again", description = "begin another run if the last one has ended")
    private boolean again;

    @Option(
            names = "--status",
            description = "what all workers have done and have to do; needs no DIR")
    private boolean status;

    /// Whether there are others.
    boolean isAsked() {
        return url != null;
    }

    boolean isStatus() {
        return status;
    }

    void apply(MirrorBuilder mirror) {
        if (url != null) {
            mirror.lease(lease());
        }
    }

    /// With a place of this worker's own for what is not a copy.
    Place place(Place place) {
        return url == null ? place : place.ofWorker(name());
    }

    /// What is wrong with them.
    String contradiction() {
        if (url == null) {
            boolean isAboutOthers =
                    crawl != null || name != null || shards || lease != null || again || status;
            return isAboutOthers
                    ? "--crawl, --worker-id, --shard-dir, --lease, --again and --status need"
                            + " --frontier"
                    : "";
        }
        if (lease().compareTo(SHORTEST_LEASE) < 0) {
            return "--lease must be 5s or longer";
        }
        try {
            var _ = PostgresSettings.parse(url);
        } catch (IllegalArgumentException e) {
            return "--frontier: " + e.getMessage();
        }
        try {
            var _ = PostgresOptions.of(name()).crawl(crawl());
            var _ = place(new Place(Path.of("."), FileNames.UNIX, false, 0));
            return "";
        } catch (IllegalArgumentException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private String crawl() {
        return crawl == null ? "mirror" : crawl;
    }

    private Duration lease() {
        return lease == null ? USUAL_LEASE : lease;
    }

    /// If none was given, one that nobody else has: also where hosts are called the same, and their
    /// processes have the same numbers, as those of containers do.
    String name() {
        if (name == null) {
            int number = ThreadLocalRandom.current().nextInt();
            name = "%s-%d-%08x".formatted(host(), ProcessHandle.current().pid(), number);
        }
        return name;
    }

    private static String host() {
        try {
            var host = InetAddress.getLocalHost().getHostName();
            return host.substring(0, Math.min(host.length(), LONGEST_HOST))
                    .replaceAll("[^A-Za-z0-9._-]", "_")
                    .replaceFirst("^\\.", "_");
        } catch (UnknownHostException e) {
            return "worker";
        }
    }

    /// Where this worker writes.
    Path directory(Path directory) {
        return shards ? directory.resolve(name()) : directory;
    }

    /// Opens what is shared, for a run.
    PostgresFrontier open(HostLimits limits) {
        var frontier = opened(limits);
        if (!again && readStatus().ended() != null) {
            frontier.close();
            throw new CommandFailure(
                    ExitCode.SOME_FAILED, "the run has ended; --again begins another");
        }
        return frontier;
    }

    /// Opens it for a look: makes nothing that is not there.
    PostgresFrontier read(HostLimits limits) {
        var _ = readStatus();
        return opened(limits);
    }

    private PostgresFrontier opened(HostLimits limits) {
        try {
            var options = PostgresOptions.of(name()).crawl(crawl()).limits(limits).again(again);
            return PostgresFrontier.open(settings(), options);
        } catch (SQLException e) {
            throw failure(e);
        }
    }

    CrawlStatus readStatus() {
        try {
            return CrawlStatus.read(settings(), crawl());
        } catch (SQLException e) {
            throw failure(e);
        }
    }

    private PostgresSettings settings() {
        return PostgresSettings.parse(Objects.requireNonNull(url));
    }

    private CommandFailure failure(SQLException e) {
        return failure(settings(), e);
    }

    static CommandFailure failure(PostgresSettings settings, SQLException e) {
        var state = e.getSQLState() == null ? "" : e.getSQLState();
        var hint =
                state.equals(NO_RIGHT)
                        ? "; the first worker makes the tables: grant create on the database to"
                                + " its role, or have an owner run it"
                        : "";
        return new CommandFailure(
                exitCode(state, e),
                "--frontier %s: %s%s".formatted(settings, e.getMessage(), hint),
                e);
    }

    private static ExitCode exitCode(String state, SQLException e) {
        if (FailureKind.of(e) == FailureKind.TLS) {
            return ExitCode.TLS;
        }
        boolean isAway = state.startsWith(NO_CONNECTION) && !state.equals(REFUSED);
        return isAway ? ExitCode.NETWORK : ExitCode.CONFIGURATION;
    }
}
