// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.mirror;

import io.eventlet.cli.CommandFailure;
import io.eventlet.cli.ExitCode;
import io.eventlet.cli.options.PathConverter;
import io.eventlet.cli.process.FileTrouble;
import io.eventlet.http.client.Authentication;
import io.eventlet.http.client.HttpUrl;
import io.eventlet.mirror.access.Netrc;
import io.eventlet.mirror.crawl.MirrorBuilder;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/// The options that say who asks.
final class AccessOptions {
    @Option(
            names = "--user",
            paramLabel = "NAME",
            description = "who asks the servers of the starts; nobody else is told")
    private @Nullable String user;

    @Option(
            names = "--password",
            paramLabel = "PASSWORD",
            arity = "0..1",
            interactive = true,
            description = "their password; asked for when no value is given")
    private char @Nullable [] password;

    @Option(
            names = "--digest",
            description = "by digests, which do not show the password (RFC 7616)")
    private boolean digest;

    @Option(
            names = "--netrc",
            paramLabel = "FILE",
            converter = PathConverter.class,
            description = "users and passwords of other servers (~/.netrc, if it is there)")
    private @Nullable Path netrc;

    @Option(names = "--no-netrc", description = "no such file")
    private boolean noNetrc;

    /// What is wrong with them.
    String contradiction() {
        if ((user == null) != (password == null)) {
            return "--user and --password belong together";
        }
        if (digest && user == null) {
            return "--digest needs --user";
        }
        return noNetrc && netrc != null ? "--netrc and --no-netrc exclude each other" : "";
    }

    void apply(MirrorBuilder mirror, List<HttpUrl> starts) {
        var own = user == null ? null : own(user, new String(Objects.requireNonNull(password)));
        var others = noNetrc ? null : netrc();
        if (own != null || others != null) {
            mirror.authentication(url ->
                    own != null && starts.stream().anyMatch(url::isSameOrigin)
                            ? own
                            : others == null ? null : others.of(url));
        }
    }

    private Authentication own(String name, String secret) {
        return digest ? Authentication.digest(name, secret) : Authentication.basic(name, secret);
    }

    private @Nullable Netrc netrc() {
        var file = netrc != null ? netrc : Path.of(System.getProperty("user.home"), ".netrc");
        if (netrc == null && !Files.isReadable(file)) {
            return null;
        }
        try {
            return Netrc.read(file);
        } catch (IOException e) {
            throw new CommandFailure(
                    ExitCode.CONFIGURATION,
                    "cannot read '%s': %s".formatted(file, FileTrouble.reason(e)),
                    e);
        }
    }
}
