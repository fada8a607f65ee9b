// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.crawl;

import io.eventlet.http.client.Authentication;
import io.eventlet.http.client.HttpClient;
import io.eventlet.http.client.HttpUrl;
import io.eventlet.mirror.archive.WarcFiles;
import io.eventlet.mirror.frontier.Frontier;
import io.eventlet.mirror.place.Place;
import io.eventlet.mirror.scope.Scope;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

/// What can be said of a [Mirror]. What is not said has a default.
public final class MirrorBuilder {
    private final Options options;

    MirrorBuilder(HttpClient client, Frontier frontier, Place place, List<HttpUrl> starts) {
        options = new Options(client, frontier, place, starts);
    }

    /// What belongs to the copy. Default: what is below the starts.
    public MirrorBuilder scope(Scope newScope) {
        options.scope = Objects.requireNonNull(newScope);
        return this;
    }

    /// Who is told what becomes of each URL. Default: nobody.
    public MirrorBuilder listener(MirrorListener newListener) {
        options.listener = Objects.requireNonNull(newListener);
        return this;
    }

    /// For how long a URL is claimed, if others claim from the same frontier; it is renewed each
    /// third of that, and lost, to another worker, when it could not be. Default: a minute for a
    /// frontier that is [shared][Frontier#isShared()], and nobody else does for any other.
    public MirrorBuilder lease(Duration time) {
        if (time.compareTo(Leases.SHORTEST) < 0) {
            throw new IllegalArgumentException(
                    "a lease must be %s or longer: %s".formatted(Leases.SHORTEST, time));
        }
        options.lease = time;
        return this;
    }

    // ---- how fast

    /// How many downloads there are at once. Default: 20.
    public MirrorBuilder concurrency(int downloads) {
        options.concurrency = (int) ensurePositive(downloads);
        return this;
    }

    /// How many of them may be from one host. Default: 20.
    public MirrorBuilder perHost(int downloads) {
        options.perHost = (int) ensurePositive(downloads);
        return this;
    }

    /// Where what is asked and answered is archived besides; it is not closed. Files are fetched
    /// whole then: what an earlier run has of one is fetched again. Default: nowhere.
    public MirrorBuilder archive(WarcFiles files) {
        options.archive = Objects.requireNonNull(files);
        return this;
    }

    /// How many requests there may be at once for one large file, each for a piece of it, as long
    /// as nothing else waits for its host. Default: 4.
    public MirrorBuilder segments(int requests) {
        options.segments = (int) ensurePositive(requests);
        return this;
    }

    /// How long it takes at least from one download of a host to the next. Default: no time.
    public MirrorBuilder delay(Duration delay) {
        return delay(delay, delay);
    }

    /// As [#delay(Duration)], of a length that is drawn each time, from the shortest to the
    /// longest.
    public MirrorBuilder delay(Duration shortest, Duration longest) {
        if (shortest.isNegative() || longest.compareTo(shortest) < 0) {
            throw new IllegalArgumentException(
                    "no delay: from %s to %s".formatted(shortest, longest));
        }
        options.shortestDelay = shortest;
        options.longestDelay = longest;
        return this;
    }

    /// How many bytes of bodies are read a second, in all: evenly, also of one that is large.
    /// Default: as many as come.
    public MirrorBuilder rate(long bytesPerSecond) {
        options.rate = ensurePositive(bytesPerSecond);
        return this;
    }

    /// As [#rate], for each host.
    public MirrorBuilder ratePerHost(long bytesPerSecond) {
        options.ratePerHost = ensurePositive(bytesPerSecond);
        return this;
    }

    // ---- what fails

    /// How often a URL is tried again, with pauses that begin with the first and become twice as
    /// long each time, up to the longest; what a server asks for by `Retry-After` counts, up to the
    /// longest too. Default: 5 times, a second, five minutes.
    public MirrorBuilder retries(int times, Duration first, Duration longest) {
        if (times < 0 || first.isNegative() || longest.isNegative()) {
            throw new IllegalArgumentException("retries and pauses must not be negative");
        }
        options.retries = new Retries(times, first, longest);
        return this;
    }

    /// After how many failures in a row a host is left alone, for how long, and how often: each
    /// time for twice as long, until it answers. If it fails once more after the last pause, all
    /// that is left of it fails. No failures is for never. Default: 10, a minute, 4 times.
    public MirrorBuilder leaveAlone(int failures, Duration pause, int times) {
        if (failures < 0 || pause.isNegative() || times < 0) {
            throw new IllegalArgumentException("failures and pauses must not be negative");
        }
        options.failuresInRow = failures;
        options.rest = pause;
        options.rests = times;
        return this;
    }

    // ---- how much

    /// How long the run may take: then it ends, and what was being fetched goes on in the next one.
    /// Default: as long as it likes.
    public MirrorBuilder limit(Duration newLimit) {
        if (!newLimit.isPositive()) {
            throw new IllegalArgumentException("a limit must be positive: " + newLimit);
        }
        options.limit = newLimit;
        return this;
    }

    /// How many files a run may store. Default: any number.
    public MirrorBuilder mostFiles(long files) {
        options.mostFiles = ensurePositive(files);
        return this;
    }

    /// How many bytes of bodies a run may receive; what is cut by that goes on in the next one.
    /// Default: any number.
    public MirrorBuilder mostBytes(long bytes) {
        options.mostBytes = ensurePositive(bytes);
        return this;
    }

    /// How many bytes a file may have; with 0, only empty ones are stored. Default: any number.
    public MirrorBuilder fileBytes(long most) {
        if (most < 0) {
            throw new IllegalArgumentException("a file cannot have fewer than 0 bytes: " + most);
        }
        options.fileBytes = most;
        return this;
    }

    /// How many bytes of a page are kept in memory to be read for links. A page that has more
    /// becomes a file, without a look into it; a listing or a sitemap that has more fails. Default:
    /// 16 MiB, or a sixteenth of the heap if that is less.
    public MirrorBuilder pageBytes(int most) {
        options.pageBytes = (int) ensurePositive(most);
        return this;
    }

    /// How many links of one page or listing are followed; a listing with more fails when these
    /// have been found. Default: a million.
    public MirrorBuilder entries(int most) {
        options.entries = (int) ensurePositive(most);
        return this;
    }

    // ---- ordinary pages

    /// Whether pages and style sheets are read for where they lead, as listings are. Default: no.
    public MirrorBuilder links(boolean wanted) {
        options.links = wanted;
        return this;
    }

    /// Whether pages and style sheets are read for what they need to be shown: images, scripts,
    /// style sheets, frames, also above the starts and one link deeper than others. Default: no.
    public MirrorBuilder requisites(boolean wanted) {
        options.requisites = wanted;
        return this;
    }

    /// Whether the sitemaps of the starts' servers are read: those that `robots.txt` names, else
    /// `/sitemap.xml`. Default: no.
    public MirrorBuilder sitemaps(boolean wanted) {
        options.sitemaps = wanted;
        return this;
    }

    /// What must be allowed by `robots.txt`. Default: what pages and sitemaps lead to.
    public MirrorBuilder robots(RobotsPolicy policy) {
        options.robots = Objects.requireNonNull(policy);
        return this;
    }

    /// Whether links are left alone that must not be followed: by `rel="nofollow"`, `meta
    /// name="robots"` or the field `X-Robots-Tag`. Default: yes.
    public MirrorBuilder nofollow(boolean obeyed) {
        options.nofollow = obeyed;
        return this;
    }

    /// Whether the copy is for reading offline: when a run has ended, but not when it was stopped,
    /// links in the pages and style sheets of the copy lead to its files, by relative paths, and
    /// those to what it has not lead to where that is. What the server has sent is kept beside the
    /// copy, for the next run to compare. Not for one of several workers. Default: no.
    public MirrorBuilder convertLinks(boolean wanted) {
        options.convertLinks = wanted;
        return this;
    }

    // ---- who asks

    /// A field `User-Agent` for each request, whose first word is also the name that rules for
    /// robots are looked up by. Default: the client's, and `eventlet`.
    public MirrorBuilder userAgent(String value) {
        options.agent = Objects.requireNonNull(value);
        return header("User-Agent", value);
    }

    /// A field for each request, to whatever host it goes; `Authorization`, `Proxy-Authorization`,
    /// `Cookie` and `Host` go to the origins of the starts only. Throws an
    /// `IllegalArgumentException` if it cannot be sent.
    public MirrorBuilder header(String name, String value) {
        Asking.ensureSendable(name, value);
        var more = new LinkedHashMap<>(options.headers);
        more.put(name, Objects.requireNonNull(value));
        options.headers = more;
        return this;
    }

    /// Who asks at a URL; null for nobody. For what is the same at all URLs of a server see the
    /// client. A user and a password in the URL of a start come first, at its origin. Default:
    /// nobody.
    public MirrorBuilder authentication(
            Function<? super HttpUrl, ? extends @Nullable Authentication> by) {
        options.authentication = Objects.requireNonNull(by);
        return this;
    }

    MirrorBuilder clock(InstantSource newClock) {
        options.clock = newClock;
        return this;
    }

    /// Throws an `IllegalStateException` if one of several workers is to convert links, or writes
    /// to a place [with endings][Place#withEndings()], or one that leaves out directories: files
    /// that others write would change under it, or get the same names.
    public Mirror build() {
        if (options.convertLinks && options.lease != null) {
            throw new IllegalStateException("one of several workers cannot convert links");
        }
        if (options.place.hasEndings() && options.lease != null) {
            throw new IllegalStateException(
                    "one of several workers cannot know which names with endings others give");
        }
        if (options.place.cutsDirectories() && options.lease != null) {
            throw new IllegalStateException(
                    "one of several workers cannot know which names without directories others"
                            + " give");
        }
        return new Mirror(options.copy());
    }

    private static long ensurePositive(long count) {
        if (count < 1) {
            throw new IllegalArgumentException("a limit must be 1 or more: " + count);
        }
        return count;
    }
}
