// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.mirror;

import io.eventlet.cli.CommandFailure;
import io.eventlet.cli.ExitCode;
import io.eventlet.cli.fetch.UrlSource;
import io.eventlet.cli.process.FileTrouble;
import io.eventlet.cli.web.KnownFailure;
import io.eventlet.cli.web.WebAddress;
import io.eventlet.http.client.ClientRequest;
import io.eventlet.http.client.HttpUrl;
import io.eventlet.mirror.crawl.Outcome;
import io.eventlet.mirror.frontier.Frontier;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// The URLs at which a run begins.
///
/// @param urls each once
/// @param problems what was given that is none, and why
record Starts(List<HttpUrl> urls, List<String> problems) {
    private static final Pattern DOTS = Pattern.compile("/[.][.]?(/|$)");

    static Starts read(List<String> arguments, List<Path> inputs) {
        List<UrlSource> sources = new ArrayList<>();
        sources.add(new UrlSource.Arguments(arguments));
        for (var input : inputs) {
            sources.add(
                    input.toString().equals("-")
                            ? new UrlSource.StandardInput(System.in)
                            : new UrlSource.InputFile(input));
        }
        Set<HttpUrl> urls = new LinkedHashSet<>();
        List<String> problems = new ArrayList<>();
        for (var source : sources) {
            try {
                source.read(text -> {
                    try {
                        var url = withoutDots(WebAddress.parse(text));
                        var ignored = ClientRequest.of("GET", url); // with its user
                        urls.add(url);
                    } catch (KnownFailure | IllegalArgumentException e) {
                        problems.add(
                                "'%s' is no URL: %s"
                                        .formatted(TextEvents.shown(text), e.getMessage()));
                    }
                    return true;
                });
            } catch (IOException e) {
                throw new CommandFailure(
                        ExitCode.CONFIGURATION,
                        "cannot read " + source.name() + ": " + FileTrouble.reason(e),
                        e);
            }
        }
        return new Starts(List.copyOf(urls), List.copyOf(problems));
    }

    /// The directory that is meant by `/pub/../`, as browsers and wget have it: it is not below
    /// `/pub/`, and no entry of its listing is below what was written.
    private static HttpUrl withoutDots(HttpUrl url) {
        var target = url.target();
        return DOTS.matcher(url.path()).find() && !target.startsWith("//")
                ? url.resolve(target)
                : url;
    }

    /// A directory of which the server has shown a page in place of a listing, which is all of it
    /// that was copied; empty if there is none.
    Optional<HttpUrl> unreadPage(Frontier frontier) {
        return urls.stream()
                .filter(url -> url.path().endsWith("/") && isFile(Outcome.of(frontier, url)))
                .findFirst();
    }

    private static boolean isFile(@Nullable Outcome outcome) {
        return outcome != null
                && (outcome.kind() == Outcome.Kind.STORED
                        || outcome.kind() == Outcome.Kind.UNCHANGED);
    }
}
