// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.crawl;

import io.eventlet.http.client.Authentication;
import io.eventlet.http.client.HttpClient;
import io.eventlet.http.client.HttpUrl;
import io.eventlet.mirror.archive.WarcFiles;
import io.eventlet.mirror.frontier.Frontier;
import io.eventlet.mirror.place.Place;
import io.eventlet.mirror.robots.RobotRules;
import io.eventlet.mirror.scope.Scope;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/// What can be said of a [Mirror]. What is not said has a default.
public final class MirrorBuilder {
    private static final int MOST_OF_PAGE = 16 << 20;
    private static final int MOST_ENTRIES = 1_000_000;

    final HttpClient client;
    final Frontier frontier;
    final Place place;
    final List<HttpUrl> starts;
    Scope scope;
    int concurrency = 20;
    int perHost = 20;
    int segments = 4;
    @Nullable WarcFiles archive;
    Retries retries = new Retries(5, Duration.ofSeconds(1), Duration.ofMinutes(5));
    Duration shortestDelay = Duration.ZERO;
    Duration longestDelay = Duration.ZERO;
    long rate; // 0 for any
    long ratePerHost; // 0 for any
    int failuresInRow = 10;
    Duration rest = Duration.ofMinutes(1);
    int rests = 4;
    @Nullable Duration limit;
    long mostFiles = Long.MAX_VALUE;
    long mostBytes = Long.MAX_VALUE;
    long fileBytes = Long.MAX_VALUE;
    int pageBytes = PageMemory.ofPage(MOST_OF_PAGE, Runtime.getRuntime().maxMemory());
    int entries = MOST_ENTRIES;
    String agent = "";
    Map<String, String> headers = new LinkedHashMap<>();
    Function<? super HttpUrl, ? extends @Nullable Authentication> authentication = _ -> null;
    boolean links;
    boolean requisites;
    boolean sitemaps;
    boolean nofollow = true;
    RobotsPolicy robots = RobotsPolicy.PAGES;
    @Nullable Duration lease; // null if nobody else claims anything
    MirrorListener listener = _ -> {};
    InstantSource clock = InstantSource.system();

    MirrorBuilder(HttpClient client, Frontier frontier, Place place, List<HttpUrl> starts) {
        this.client = Objects.requireNonNull(client);
        this.frontier = Objects.requireNonNull(frontier);
        this.place = Objects.requireNonNull(place);
        this.starts = List.copyOf(starts);
        scope = Scope.from(starts).build();
    }

    /// A copy, which nobody changes any more.
    private MirrorBuilder(MirrorBuilder other) {
        this(other.client, other.frontier, other.place, other.starts);
        scope = other.scope;
        concurrency = other.concurrency;
        perHost = other.perHost;
        segments = other.segments;
        archive = other.archive;
        retries = other.retries;
        shortestDelay = other.shortestDelay;
        longestDelay = other.longestDelay;
        rate = other.rate;
        ratePerHost = other.ratePerHost;
        failuresInRow = other.failuresInRow;
        rest = other.rest;
        rests = other.rests;
        limit = other.limit;
        mostFiles = other.mostFiles;
        mostBytes = other.mostBytes;
        fileBytes = other.fileBytes;
        pageBytes = other.pageBytes;
        entries = other.entries;
        links = other.links;
        requisites = other.requisites;
        sitemaps = other.sitemaps;
        nofollow = other.nofollow;
        robots = other.robots;
        agent = other.agent;
        headers = new LinkedHashMap<>(other.headers);
        authentication = other.authentication;
        lease = other.lease;
        listener = other.listener;
        clock = other.clock;
    }

    /// What belongs to the copy. Default: what is below the starts.
    public MirrorBuilder scope(Scope newScope) {
        scope = Objects.requireNonNull(newScope);
        return this;
    }

    /// Who is told what becomes of each URL. Default: nobody.
    public MirrorBuilder listener(MirrorListener newListener) {
        listener = Objects.requireNonNull(newListener);
        return this;
    }

    /// For how long a URL is claimed, if others claim from the same frontier; it is renewed each
    /// third of that, and lost, to another worker, when it could not be. Default: nobody else does.
    public MirrorBuilder lease(Duration time) {
        if (time.compareTo(Leases.SHORTEST) < 0) {
            throw new IllegalArgumentException(
                    "a lease must be %s or longer: %s".formatted(Leases.SHORTEST, time));
        }
        lease = time;
        return this;
    }

    // ---- how fast

    /// How many downloads there are at once. Default: 20.
    public MirrorBuilder concurrency(int downloads) {
        concurrency = (int) ensurePositive(downloads);
        return this;
    }

    /// How many of them may be from one host. Default: 20.
    public MirrorBuilder perHost(int downloads) {
        perHost = (int) ensurePositive(downloads);
        return this;
    }

    /// Where what is asked and answered is archived besides; it is not closed. Files are fetched
    /// whole then: what an earlier run has of one is fetched again. Default: nowhere.
    public MirrorBuilder archive(WarcFiles files) {
        archive = Objects.requireNonNull(files);
        return this;
    }

    /// How many requests there may be at once for one large file, each for a piece of it, as long
    /// as nothing else waits for its host. Default: 4.
    public MirrorBuilder segments(int requests) {
        segments = (int) ensurePositive(requests);
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
        shortestDelay = shortest;
        longestDelay = longest;
        return this;
    }

    /// How many bytes of bodies are read a second, in all: evenly, also of one that is large.
    /// Default: as many as come.
    public MirrorBuilder rate(long bytesPerSecond) {
        rate = ensurePositive(bytesPerSecond);
        return this;
    }

    /// As [#rate], for each host.
    public MirrorBuilder ratePerHost(long bytesPerSecond) {
        ratePerHost = ensurePositive(bytesPerSecond);
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
        retries = new Retries(times, first, longest);
        return this;
    }

    /// After how many failures in a row a host is left alone, for how long, and how often: each
    /// time for twice as long, until it answers. If it fails once more after the last pause, all
    /// that is left of it fails. No failures is for never. Default: 10, a minute, 4 times.
    public MirrorBuilder leaveAlone(int failures, Duration pause, int times) {
        if (failures < 0 || pause.isNegative() || times < 0) {
            throw new IllegalArgumentException("failures and pauses must not be negative");
        }
        failuresInRow = failures;
        rest = pause;
        rests = times;
        return this;
    }

    // ---- how much

    /// How long the run may take: then it ends, and what was being fetched goes on in the next one.
    /// Default: as long as it likes.
    public MirrorBuilder limit(Duration newLimit) {
        if (!newLimit.isPositive()) {
            throw new IllegalArgumentException("a limit must be positive: " + newLimit);
        }
        limit = newLimit;
        return this;
    }

    /// How many files a run may store. Default: any number.
    public MirrorBuilder mostFiles(long files) {
        mostFiles = ensurePositive(files);
        return this;
    }

    /// How many bytes of bodies a run may receive; what is cut by that goes on in the next one.
    /// Default: any number.
    public MirrorBuilder mostBytes(long bytes) {
        mostBytes = ensurePositive(bytes);
        return this;
    }

    /// How many bytes a file may have. Default: any number.
    public MirrorBuilder fileBytes(long most) {
        fileBytes = most;
        return this;
    }

    /// How many bytes of a page are kept in memory to be read for links. What has more becomes a
    /// file, without a look into it. Default: 16 MiB, or a sixteenth of the heap if that is less.
    public MirrorBuilder pageBytes(int most) {
        pageBytes = (int) ensurePositive(most);
        return this;
    }

    /// How many links of one page or listing are followed; one with more fails when these have been
    /// found. Default: a million.
    public MirrorBuilder entries(int most) {
        entries = (int) ensurePositive(most);
        return this;
    }

    // ---- ordinary pages

    /// Whether pages and style sheets are read for where they lead, as listings are. Default: no.
    public MirrorBuilder links(boolean wanted) {
        links = wanted;
        return this;
    }

    /// Whether pages and style sheets are read for what they need to be shown: images, scripts,
    /// style sheets, frames, also above the starts and one link deeper than others. Default: no.
    public MirrorBuilder requisites(boolean wanted) {
        requisites = wanted;
        return this;
    }

    /// Whether the sitemaps of the starts' servers are read: those that `robots.txt` names, else
    /// `/sitemap.xml`. Default: no.
    public MirrorBuilder sitemaps(boolean wanted) {
        sitemaps = wanted;
        return this;
    }

    /// What must be allowed by `robots.txt`. Default: what pages and sitemaps lead to.
    public MirrorBuilder robots(RobotsPolicy policy) {
        robots = Objects.requireNonNull(policy);
        return this;
    }

    /// Whether links are left alone that must not be followed: by `rel="nofollow"`, `meta
    /// name="robots"` or the field `X-Robots-Tag`. Default: yes.
    public MirrorBuilder nofollow(boolean obeyed) {
        nofollow = obeyed;
        return this;
    }

    // ---- who asks

    /// A field `User-Agent` for each request, whose first word is also the name that rules for
    /// robots are looked up by. Default: the client's, and `eventlet`.
    public MirrorBuilder userAgent(String value) {
        agent = Objects.requireNonNull(value);
        return header("User-Agent", value);
    }

    /// A field for each request, to whatever host it goes; `Authorization`, `Proxy-Authorization`
    /// and `Cookie` go to the origins of the starts only.
    public MirrorBuilder header(String name, String value) {
        headers.put(name, Objects.requireNonNull(value));
        return this;
    }

    /// Who asks at a URL; null for nobody. For what is the same at all URLs of a server see the
    /// client. Default: nobody.
    public MirrorBuilder authentication(
            Function<? super HttpUrl, ? extends @Nullable Authentication> by) {
        authentication = Objects.requireNonNull(by);
        return this;
    }

    MirrorBuilder clock(InstantSource newClock) {
        clock = newClock;
        return this;
    }

    boolean readsPages() {
        return links || requisites;
    }

    /// The name by which rules for robots are looked up.
    String robot() {
        return RobotRules.nameIn(agent.isBlank() ? "eventlet" : agent);
    }

    public Mirror build() {
        return new Mirror(new MirrorBuilder(this));
    }

    private static long ensurePositive(long count) {
        if (count < 1) {
            throw new IllegalArgumentException("a limit must be 1 or more: " + count);
        }
        return count;
    }
}
