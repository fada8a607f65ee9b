// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.mirror;

import io.eventlet.ThrowingSupplier;
import io.eventlet.cli.CommandFailure;
import io.eventlet.cli.ExitCode;
import io.eventlet.cli.options.PathConverter;
import io.eventlet.cli.process.FileTrouble;
import io.eventlet.http.client.Authentication;
import io.eventlet.http.client.CookieStore;
import io.eventlet.http.client.HttpUrl;
import io.eventlet.mirror.access.Cookies;
import io.eventlet.mirror.access.Netrc;
import io.eventlet.mirror.crawl.MirrorBuilder;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

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
            description = "their password, which others on this machine can see")
    private @Nullable String password;

    @Option(
            names = "--ask-password",
            description = "ask for it; without a terminal it is a line of standard input")
    private boolean asks;

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

    @Option(names = "--no-netrc", description = "read no ~/.netrc")
    private boolean noNetrc;

    @Option(
            names = "--bearer-file",
            paramLabel = "FILE",
            converter = PathConverter.class,
            description = "the servers of the starts are told the token in this file (RFC 6750)")
    private @Nullable Path bearerFile;

    @Option(
            names = "--load-cookies",
            paramLabel = "FILE",
            converter = PathConverter.class,
            description = "begin with the cookies in this file, as browsers and curl write it")
    private @Nullable Path cookieFile;

    @Option(names = "--no-cookies", description = "keep and send no cookies")
    private boolean noCookies;

    /// What is wrong with them.
    String contradiction() {
        if (password != null && asks) {
            return "--password and --ask-password exclude each other";
        }
        if (password != null && password.matches("(?i)https?://.*")) {
            return "--password has a URL for its value; to be asked for it, use --ask-password";
        }
        if ((user == null) != (password == null && !asks)) {
            return "--user, and --password or --ask-password, belong together";
        }
        if (digest && user == null) {
            return "--digest needs --user";
        }
        if (bearerFile != null && user != null) {
            return "--bearer-file and --user exclude each other";
        }
        if (noCookies && cookieFile != null) {
            return "--load-cookies and --no-cookies exclude each other";
        }
        return noNetrc && netrc != null ? "--netrc and --no-netrc exclude each other" : "";
    }

    /// Whether somebody will be asked for the password.
    boolean isAsking() {
        return asks;
    }

    /// Asks for the password if that is wanted. Not on standard output, which may be read by a
    /// program.
    void ask(PrintWriter prompts) {
        if (asks) {
            password = PasswordPrompt.ofProcess(prompts).read(String.valueOf(user));
        }
    }

    /// Whether they say who asks the servers of the starts.
    boolean isSayingWhoAsks() {
        return user != null || bearerFile != null;
    }

    void apply(MirrorBuilder mirror, List<HttpUrl> starts) {
        var own = own();
        var others = noNetrc ? null : netrc();
        if (own != null || others != null) {
            var origins = starts.stream().map(AccessOptions::origin).collect(Collectors.toSet());
            mirror.authentication(url ->
                    own != null && origins.contains(origin(url))
                            ? own
                            : others == null ? null : others.of(url));
        }
    }

    private static String origin(HttpUrl url) {
        return url.scheme() + "://" + url.host() + ":" + url.port();
    }

    /// The cookies of a run; null for none.
    @Nullable CookieStore cookies() {
        if (noCookies) {
            return null;
        }
        var store = Cookies.store();
        var file = cookieFile;
        if (file != null) {
            reading(file, () -> Cookies.read(file)).forEach(store::add);
        }
        return store;
    }

    private @Nullable Authentication own() {
        var file = bearerFile;
        if (file != null) {
            return Authentication.bearer(reading(file, () -> token(file)));
        }
        if (user == null) {
            return null;
        }
        var secret = Objects.requireNonNull(password);
        return digest ? Authentication.digest(user, secret) : Authentication.basic(user, secret);
    }

    /// The token, which is all that the file has.
    private static String token(Path file) throws IOException {
        var token = Files.readString(file).strip();
        if (token.isEmpty() || !token.chars().allMatch(c -> c > ' ' && c < 127)) {
            throw new IOException("expected a token, one line of ASCII without spaces");
        }
        return token;
    }

    private @Nullable Netrc netrc() {
        var file = netrc != null ? netrc : Path.of(System.getProperty("user.home"), ".netrc");
        return netrc == null && !Files.isReadable(file)
                ? null
                : reading(file, () -> Netrc.read(file));
    }

    private static <T> T reading(Path file, ThrowingSupplier<T, IOException> reader) {
        try {
            return reader.get();
        } catch (IOException e) {
            throw new CommandFailure(
                    ExitCode.CONFIGURATION,
                    "cannot read '%s': %s".formatted(file, FileTrouble.reason(e)),
                    e);
        }
    }
}
