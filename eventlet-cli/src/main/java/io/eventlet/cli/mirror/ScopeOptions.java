// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.mirror;

import io.eventlet.cli.options.PatternConverter;
import io.eventlet.cli.options.SizeConverter;
import io.eventlet.cli.options.TimeConverter;
import io.eventlet.cli.options.WholeNumberConverter;
import io.eventlet.http.client.HttpUrl;
import io.eventlet.mirror.scope.Scope;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The options that say what belongs to a copy, under the names that wget gives them.
final class ScopeOptions {
    @Option(
            names = {"-l", "--level", "--depth"},
            paramLabel = "N",
            converter = WholeNumberConverter.class,
            description = "how many links away from a start; 0: the starts alone (100)")
    private int depth = 100;

    @Option(names = "--parents", description = "also what is above the directory of a start")
    private boolean parents;

    @Option(
            names = {"-np", "--no-parent"},
            description = "nothing above it: the default, named as wget has it")
    private boolean noParents;

    @Option(
            names = {"-A", "--accept"},
            paramLabel = "NAMES",
            split = ",",
            description = "only files of such names: '*.iso', .iso for an end; several by commas")
    private List<String> accepted = new ArrayList<>();

    @Option(
            names = {"-R", "--reject"},
            paramLabel = "NAMES",
            split = ",",
            description = "no files of such names")
    private List<String> rejected = new ArrayList<>();

    @Option(
            names = "--accept-regex",
            paramLabel = "REGEX",
            converter = PatternConverter.class,
            description = "only URLs in which it is found")
    private List<Pattern> acceptedUrls = new ArrayList<>();

    @Option(
            names = "--reject-regex",
            paramLabel = "REGEX",
            converter = PatternConverter.class,
            description = "no URLs in which it is found")
    private List<Pattern> rejectedUrls = new ArrayList<>();

    @Option(
            names = {"-I", "--include-directories"},
            paramLabel = "DIRS",
            split = ",",
            description =
                    "only what is in these directories of the server, as /pub/books or"
                            + " '/pub/*/iso'")
    private List<String> included = new ArrayList<>();

    @Option(
            names = {"-X", "--exclude-directories"},
            paramLabel = "DIRS",
            split = ",",
            description = "nothing of what is in them")
    private List<String> excluded = new ArrayList<>();

    @Option(
            names = {"-D", "--domains"},
            paramLabel = "HOSTS",
            split = ",",
            description = "also what is on these hosts")
    private List<String> hosts = new ArrayList<>();

    @Option(
            names = {"-H", "--span-hosts"},
            description = "also what is on any other host")
    private boolean allHosts;

    @Option(
            names = "--max-file-size",
            paramLabel = "SIZE",
            converter = SizeConverter.class,
            description = "no file of more bytes: 4096, 64k, 10M, 2G")
    private long fileBytes = Long.MAX_VALUE;

    @Option(
            names = "--newer-than",
            paramLabel = "TIME",
            converter = TimeConverter.class,
            description = "only files that were changed later: 2026-11-29, 2026-11-29T15:00")
    private @Nullable Instant after;

    @Option(
            names = "--older-than",
            paramLabel = "TIME",
            converter = TimeConverter.class,
            description = "only files that were changed earlier")
    private @Nullable Instant before;

    long fileBytes() {
        return fileBytes;
    }

    /// What is wrong with them.
    String contradiction() {
        if (parents && noParents) {
            return "--parents and --no-parent exclude each other";
        }
        var none = Scope.from(List.of());
        return Stream.of(
                        refused("--accept", accepted, none::accept),
                        refused("--reject", rejected, none::reject),
                        refused("--include-directories", included, none::include),
                        refused("--exclude-directories", excluded, none::exclude),
                        refused("--domains", hosts, none::host))
                .filter(problem -> !problem.isEmpty())
                .findFirst()
                .orElse("");
    }

    private static String refused(String option, List<String> values, Consumer<String> rule) {
        for (var value : values) {
            try {
                rule.accept(value);
            } catch (IllegalArgumentException e) {
                return "%s: %s".formatted(option, e.getMessage());
            }
        }
        return "";
    }

    Scope scope(List<HttpUrl> starts) {
        var scope = Scope.from(starts).depth(depth).parents(parents).allHosts(allHosts);
        accepted.forEach(scope::accept);
        rejected.forEach(scope::reject);
        acceptedUrls.forEach(scope::accept);
        rejectedUrls.forEach(scope::reject);
        included.forEach(directory -> scope.include(rooted(directory)));
        excluded.forEach(directory -> scope.exclude(rooted(directory)));
        hosts.forEach(scope::host);
        if (after != null) {
            scope.changedAfter(after);
        }
        if (before != null) {
            scope.changedBefore(before);
        }
        return scope.build();
    }

    private static String rooted(String directory) {
        return directory.startsWith("/") ? directory : "/" + directory;
    }
}
