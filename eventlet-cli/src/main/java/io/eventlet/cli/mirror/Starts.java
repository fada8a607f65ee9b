// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.mirror;

import io.eventlet.cli.CommandFailure;
import io.eventlet.cli.ExitCode;
import io.eventlet.cli.fetch.UrlSource;
import io.eventlet.cli.process.FileTrouble;
import io.eventlet.cli.web.KnownFailure;
import io.eventlet.cli.web.WebAddress;
import io.eventlet.http.client.HttpUrl;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// The URLs at which a run begins.
///
/// @param urls each once
/// @param problems what was given that is none, and why
record Starts(List<HttpUrl> urls, List<String> problems) {
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
                        urls.add(WebAddress.parse(text));
                    } catch (KnownFailure e) {
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
}
