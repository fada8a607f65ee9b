// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.crawl;

import io.eventlet.http.client.HttpUrl;
import io.eventlet.mirror.crawl.Ends.Visited;
import io.eventlet.mirror.fetch.DiskFailure;
import io.eventlet.mirror.fetch.Download;
import io.eventlet.mirror.fetch.Fetched;
import io.eventlet.mirror.fetch.Transfer;
import io.eventlet.mirror.frontier.Claim;
import io.eventlet.mirror.manners.BudgetSpent;
import io.eventlet.mirror.robots.Robots;
import io.eventlet.mirror.scope.Scope;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/// What is done with a URL that was claimed: unless a rule is against it, it is fetched and read,
/// and the frontier and the listener are told what has become of it.
final class Visit {
    private final MirrorBuilder options;
    private final Download download;
    private final Pace pace;
    private final Robots robots;
    private final Finds finds;
    private final Ends ends;
    private final Contents contents;
    private final PageMemory memory;
    private final AtomicLong received;
    private final Function<String, @Nullable Runnable> leave; // for one more request to a host
    private final BooleanSupplier aborted;
    private final Set<String> first = ConcurrentHashMap.newKeySet(); // hosts that want time

    Visit(
            MirrorBuilder options,
            Download download,
            Pace pace,
            Robots robots,
            Finds finds,
            Ends ends,
            AtomicLong received,
            Function<String, @Nullable Runnable> leave,
            BooleanSupplier aborted) {
        this.leave = leave;
        this.options = options;
        this.download = download;
        this.pace = pace;
        this.robots = robots;
        this.finds = finds;
        this.ends = ends;
        this.received = received;
        this.aborted = aborted;
        memory = new PageMemory(options.pageBytes, Runtime.getRuntime().maxMemory());
        contents = new Contents(options, finds, ends);
    }

    /// Throws an `IOException` only if the disk takes no more, or no more may be received.
    void run(Claim claim, Transfer transfer) throws IOException {
        var entry = claim.entry();
        var url = HttpUrl.of(entry.url());
        var last = Note.restored(entry.note());
        var room = memory.room();
        var asking =
                new Asking(
                        options,
                        last.role(),
                        pace.of(entry.host()),
                        received,
                        room,
                        () -> leave.apply(entry.host()));
        var visited = new Visited(claim, url, last, asking, options.clock.instant());
        try {
            if (ends.isGivenUp(entry.host())) {
                ends.failed(visited, "its host has failed too often", Trouble.NETWORK);
                return;
            }
            var rule = finds.refusal(url, entry.depth(), last.role());
            if (rule == null && needsLeave(entry.from(), last.role())) {
                if (isTooEarly(visited)) {
                    return; // and comes back
                }
                rule = Reading.guarded(() -> robots.of(url)).allows(url) ? null : "robots.txt";
            }
            if (rule != null) {
                ends.skipped(visited, rule);
            } else {
                fetch(visited, transfer);
            }
        } catch (DiskFailure | BudgetSpent e) {
            throw e;
        } catch (Reading.Failed e) {
            ends.failed(visited, String.valueOf(e.getMessage()), Trouble.PROTOCOL);
        } catch (FileSystemException e) {
            ends.failed(visited, "file: " + e.getMessage(), Trouble.FILE);
        } catch (IOException e) {
            if (!aborted.getAsBoolean()) {
                ends.again(visited, reason(e), Trouble.of(e), null);
            }
        } finally {
            room.close();
        }
    }

    /// Whether others of the host have gone first while all waited for its `robots.txt`, which says
    /// now that there must be time between them.
    private boolean isTooEarly(Visited visited) throws IOException {
        var host = visited.host();
        if (robots.known(host) != null) {
            return false;
        }
        var delay = pace.asked(Reading.guarded(() -> robots.of(visited.url())));
        if (delay.isZero()) {
            return false;
        }
        options.frontier.block(host, options.clock.instant().plus(delay));
        return !first.add(host);
    }

    private boolean needsLeave(String from, Role role) {
        return switch (options.robots) {
            case IGNORED -> false;
            case PAGES -> role == Role.LINK || role == Role.REQUISITE;
            case ALL -> !from.isEmpty() && role != Role.SITEMAP;
        };
    }

    private void fetch(Visited visited, Transfer transfer) throws IOException {
        var url = visited.url();
        var known = visited.last().version();
        var fetched = Reading.guarded(() -> download.fetch(url, known, transfer, visited.asking()));
        if (!(fetched instanceof Fetched.Refused)) {
            ends.answered(visited);
        }
        if (fetched instanceof Fetched.Page page) {
            if (contents.read(visited, page)) {
                return;
            }
            var refused = unwanted(page);
            fetched = refused != null ? refused : Reading.guarded(() -> download.store(url, page));
        }
        end(visited, fetched);
    }

    /// A page that is a file after all is under the rules for files; null if these want it.
    private @Nullable Fetched unwanted(Fetched.Page page) {
        int length = page.body().length;
        if (length > options.fileBytes) {
            return new Fetched.TooLarge(length);
        }
        var rule = options.scope.refusalOfTime(page.version().modified());
        return rule == null ? null : new Fetched.Unwanted(rule);
    }

    private void end(Visited visited, Fetched fetched) throws IOException {
        switch (fetched) {
            case Fetched.Stored stored ->
                    ends.stored(
                            visited,
                            stored.file(),
                            stored.version(),
                            stored.bytes(),
                            stored.received());
            case Fetched.Unchanged _ -> {
                contents.readAgain(visited);
                ends.unchanged(visited);
            }
            case Fetched.Redirected redirected -> {
                var to = redirected.to();
                boolean isStart = options.starts.contains(visited.url());
                boolean same =
                        isSameWithSlash(visited.url(), to)
                                || (isStart
                                        && !visited.url().isSameOrigin(to)
                                        && Scope.isOfSameSite(visited.url(), to));
                int links = same ? 0 : 1;
                var rule = isStart ? finds.refusal(to, links, visited.last().role()) : null;
                if (rule != null) {
                    ends.failed(
                            visited,
                            "leads to %s, which is left out: %s".formatted(to, rule),
                            Trouble.SCOPE);
                    return;
                }
                finds.found(to, visited.claim().entry(), links, visited.last().role(), 0);
                ends.redirected(visited, to);
            }
            case Fetched.Unwanted unwanted -> ends.skipped(visited, unwanted.rule());
            case Fetched.TooLarge large ->
                    ends.skipped(visited, "size " + (large.length() < 0 ? "" : large.length()));
            case Fetched.Refused refused ->
                    ends.refused(visited, refused.status(), refused.retryAfter());
            case Fetched.Page _ ->
                    throw new IllegalStateException("an unread page: " + visited.url());
        }
    }

    private static boolean isSameWithSlash(HttpUrl from, HttpUrl to) {
        var path = from.path();
        return !path.endsWith("/") && to.equals(from.resolve(path + "/"));
    }

    private static String reason(IOException e) {
        return e.getClass().getSimpleName() + (e.getMessage() == null ? "" : ": " + e.getMessage());
    }
}
