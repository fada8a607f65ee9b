// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.scope;

import io.eventlet.http.client.HttpUrl;

import org.jspecify.annotations.Nullable;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;

/// Which URLs belong to a copy: rules as users of wget know them. Immutable.
///
/// Without any rule these are all that are below the starts, on the hosts of the starts. The same
/// host by `https`, and with `www.` or without it, is the host of a start as well: most sites send
/// those who ask for one of these to another.
public final class Scope {
    private final StartSites starts;
    private final int depth;
    private final boolean parents;
    private final boolean allHosts;
    private final Set<String> hosts;
    private final List<NamePattern> accepted;
    private final List<NamePattern> rejected;
    private final List<Pattern> acceptedUrls;
    private final List<Pattern> rejectedUrls;
    private final List<DirectoryPattern> included;
    private final List<DirectoryPattern> excluded;
    private final @Nullable Instant after;
    private final @Nullable Instant before;

    private Scope(Builder builder) {
        starts = new StartSites(builder.starts);
        depth = builder.depth;
        parents = builder.parents;
        allHosts = builder.allHosts;
        hosts = Set.copyOf(builder.hosts);
        accepted = List.copyOf(builder.accepted);
        rejected = List.copyOf(builder.rejected);
        acceptedUrls = List.copyOf(builder.acceptedUrls);
        rejectedUrls = List.copyOf(builder.rejectedUrls);
        included = List.copyOf(builder.included);
        excluded = List.copyOf(builder.excluded);
        after = builder.after;
        before = builder.before;
    }

    /// Rules for a copy that begins at these URLs.
    public static Builder from(List<HttpUrl> starts) {
        return new Builder(starts);
    }

    /// The rule by which a URL does not belong to it, in words; null if it does. A start always
    /// does.
    ///
    /// @param found how many links lead to it
    public @Nullable String refusal(HttpUrl url, int found) {
        return refusal(url, found, false);
    }

    /// As [#refusal(HttpUrl, int)]. What a page needs to be shown may be deeper, and above the
    /// starts.
    public @Nullable String refusal(HttpUrl url, int found, boolean needed) {
        if (starts.contains(url)) {
            return null;
        }
        if (found > depth && !needed) {
            return "depth " + depth;
        }
        boolean started = starts.hasSite(url);
        if (!started && !allHosts && !hosts.contains(url.host())) {
            return "host " + url.host();
        }
        if (!parents && !needed && started && !starts.isAbove(url)) {
            return "no-parent";
        }
        var rule = refusalOfDirectory(url.path());
        rule = rule == null ? refusalOfUrl(url.toString()) : rule;
        return rule == null ? refusalOfName(url.path()) : rule;
    }

    /// The rule by which a file of a time does not belong to it; null if it does, or if nobody
    /// knows its time.
    public @Nullable String refusalOfTime(@Nullable Instant changed) {
        if (changed == null) {
            return null;
        }
        if (after != null && !changed.isAfter(after)) {
            return "changed after " + after;
        }
        return before != null && !changed.isBefore(before) ? "changed before " + before : null;
    }

    /// Whether a URL is on the site of a start: its origin, or one to which it may have moved.
    public static boolean isOfSameSite(HttpUrl start, HttpUrl url) {
        return start.isSameOrigin(url)
                || (hasOwnPort(start)
                        && hasOwnPort(url)
                        && (url.isSecure() || !start.isSecure())
                        && withoutWww(start.host()).equals(withoutWww(url.host())));
    }

    static boolean hasOwnPort(HttpUrl url) {
        return url.port() == (url.isSecure() ? 443 : 80);
    }

    static String withoutWww(String host) {
        return host.startsWith("www.") ? host.substring(4) : host;
    }

    private @Nullable String refusalOfDirectory(String encoded) {
        if (included.isEmpty() && excluded.isEmpty()) {
            return null;
        }
        var path = decoded(encoded);
        for (var directory : excluded) {
            if (directory.contains(path)) {
                return "exclude " + directory.text();
            }
        }
        boolean wanted = included.isEmpty();
        for (var directory : included) {
            // what leads to an included directory is needed to find it
            wanted |= directory.contains(path) || (path.endsWith("/") && directory.isIn(path));
        }
        return wanted ? null : "include";
    }

    private @Nullable String refusalOfUrl(String url) {
        for (var pattern : rejectedUrls) {
            if (pattern.matcher(url).find()) {
                return "reject " + pattern;
            }
        }
        boolean wanted = acceptedUrls.isEmpty() || url.endsWith("/");
        return wanted || acceptedUrls.stream().anyMatch(p -> p.matcher(url).find())
                ? null
                : "accept";
    }

    /// Directories have to be read, whatever the names that are wanted.
    private @Nullable String refusalOfName(String path) {
        if (path.endsWith("/") || (accepted.isEmpty() && rejected.isEmpty())) {
            return null;
        }
        var name = decoded(path.substring(path.lastIndexOf('/') + 1));
        for (var pattern : rejected) {
            if (pattern.matches(name)) {
                return "reject " + pattern.text();
            }
        }
        return accepted.isEmpty() || accepted.stream().anyMatch(p -> p.matches(name))
                ? null
                : "accept";
    }

    static String decoded(String name) {
        try {
            return URLDecoder.decode(name.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return name; // with a broken escape
        }
    }

    /// What can be said of a scope.
    public static final class Builder {
        private static final int DEEPEST = 100; // ends trees that have no end

        private final List<HttpUrl> starts;
        private int depth = DEEPEST;
        private boolean parents;
        private boolean allHosts;
        private final Set<String> hosts = new HashSet<>();
        private final List<NamePattern> accepted = new ArrayList<>();
        private final List<NamePattern> rejected = new ArrayList<>();
        private final List<Pattern> acceptedUrls = new ArrayList<>();
        private final List<Pattern> rejectedUrls = new ArrayList<>();
        private final List<DirectoryPattern> included = new ArrayList<>();
        private final List<DirectoryPattern> excluded = new ArrayList<>();
        private @Nullable Instant after;
        private @Nullable Instant before;

        private Builder(List<HttpUrl> starts) {
            this.starts = List.copyOf(starts);
        }

        /// How many links away from a start a URL may be; 0 for the starts alone. Default: 100.
        public Builder depth(int most) {
            if (most < 0) {
                throw new IllegalArgumentException("depth must not be negative: " + most);
            }
            depth = most;
            return this;
        }

        /// Whether what is above the directory of a start belongs to it. Default: no.
        public Builder parents(boolean wanted) {
            parents = wanted;
            return this;
        }

        /// Whether all hosts belong to it. Default: no.
        public Builder allHosts(boolean wanted) {
            allHosts = wanted;
            return this;
        }

        /// One more host that belongs to it. Throws an `IllegalArgumentException` if it is no name
        /// or address of a host.
        public Builder host(String name) {
            hosts.add(HostName.of(name));
            return this;
        }

        /// Only files of such names: `*.iso`, or `.iso` for an end. Several are alternatives.
        /// Throws an `IllegalArgumentException` if it has a slash, as no name has.
        public Builder accept(String pattern) {
            accepted.add(NamePattern.of(pattern));
            return this;
        }

        /// No files of such names, as [#accept(String)] has them.
        public Builder reject(String pattern) {
            rejected.add(NamePattern.of(pattern));
            return this;
        }

        /// Only URLs in which this is found. Directories are read all the same.
        public Builder accept(Pattern url) {
            acceptedUrls.add(Objects.requireNonNull(url));
            return this;
        }

        /// No URLs in which this is found.
        public Builder reject(Pattern url) {
            rejectedUrls.add(Objects.requireNonNull(url));
            return this;
        }

        /// Only what is in this directory, such as `/pub/books`, or in those that match
        /// `/pub/*/iso`. Several are alternatives.
        public Builder include(String directory) {
            included.add(DirectoryPattern.of(directory));
            return this;
        }

        /// Nothing of what is in this directory, or in those that match.
        public Builder exclude(String directory) {
            excluded.add(DirectoryPattern.of(directory));
            return this;
        }

        /// Only files that were changed later, by their `Last-Modified`; those without one belong
        /// to it.
        public Builder changedAfter(Instant time) {
            after = Objects.requireNonNull(time);
            return this;
        }

        /// Only files that were changed earlier, by their `Last-Modified`; those without one belong
        /// to it.
        public Builder changedBefore(Instant time) {
            before = Objects.requireNonNull(time);
            return this;
        }

        public Scope build() {
            return new Scope(this);
        }
    }
}
