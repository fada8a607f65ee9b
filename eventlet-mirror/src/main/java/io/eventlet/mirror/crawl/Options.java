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
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/// What a [MirrorBuilder] was told. A run has a copy of its own, which nobody changes: made by
/// `clone`, so that no field can be left out of it. What the fields hold is never changed, only
/// replaced.
final class Options implements Cloneable {
    private static final int MOST_OF_PAGE = 16 << 20;
    private static final int MOST_ENTRIES = 1_000_000;

    final HttpClient client;
    final Frontier frontier;
    final Place place;
    final List<HttpUrl> starts;
    private final Set<HttpUrl> startSet; // there may be very many
    private final Set<String> origins;
    final StartUsers users;
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
    Map<String, String> headers = Map.of();
    Function<? super HttpUrl, ? extends @Nullable Authentication> authentication = _ -> null;
    boolean links;
    boolean requisites;
    boolean sitemaps;
    boolean nofollow = true;
    boolean convertLinks;
    RobotsPolicy robots = RobotsPolicy.PAGES;
    @Nullable Duration lease; // null if nobody else claims anything
    MirrorListener listener = _ -> {};
    InstantSource clock = InstantSource.system();

    Options(HttpClient client, Frontier frontier, Place place, List<HttpUrl> starts) {
        this.client = Objects.requireNonNull(client);
        this.frontier = Objects.requireNonNull(frontier);
        this.place = Objects.requireNonNull(place);
        this.starts = List.copyOf(starts);
        startSet = Set.copyOf(starts);
        lease = frontier.isShared() ? Leases.USUAL : null;
        origins = starts.stream().map(Finds::host).collect(Collectors.toUnmodifiableSet());
        users = StartUsers.of(starts);
        scope = Scope.from(starts).build();
    }

    Options copy() {
        try {
            return (Options) super.clone();
        } catch (CloneNotSupportedException e) {
            throw new AssertionError(e); // it is supported
        }
    }

    boolean isStart(HttpUrl url) {
        return startSet.contains(url);
    }

    /// Whether a URL has the origin of a start.
    boolean isOfStart(HttpUrl url) {
        return origins.contains(Finds.host(url));
    }

    boolean readsPages() {
        return links || requisites;
    }

    /// The name by which rules for robots are looked up.
    String robot() {
        return RobotRules.nameIn(agent.isBlank() ? "eventlet" : agent);
    }
}
