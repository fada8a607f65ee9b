// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.crawl;

import io.eventlet.http.client.HttpUrl;
import io.eventlet.mirror.crawl.Ends.Visited;
import io.eventlet.mirror.fetch.ChecksumMismatch;
import io.eventlet.mirror.fetch.DiskFailure;
import io.eventlet.mirror.fetch.Download;
import io.eventlet.mirror.fetch.Fetched;
import io.eventlet.mirror.fetch.Transfer;
import io.eventlet.mirror.frontier.Claim;
import io.eventlet.mirror.manners.BudgetSpent;
import io.eventlet.mirror.robots.Robots;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/// What is done with a URL that was claimed: unless a rule is against it, it is fetched and read,
/// and the frontier and the listener are told what has become of it.
final class Visit {
    private final Options options;
    private final Download download;
    private final Pace pace;
    private final Robots robots;
    private final Finds finds;
    private final Ends ends;
    private final Names names;
    private final Contents contents;
    private final Redirections redirections;
    private final PageMemory memory;
    private final AtomicLong received;
    private final Function<String, @Nullable Runnable> leave; // for one more request to a host
    private final BooleanSupplier aborted;
    private final Set<String> first = ConcurrentHashMap.newKeySet(); // hosts that want time

    Visit(
            Options options,
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
        names = new Names(options);
        contents = new Contents(options, finds, ends);
        redirections = new Redirections(options, finds, ends);
    }

    /// Finds out what earlier runs have stored. Blocks its thread.
    void restore() {
        names.restore();
    }

    /// Throws an `IOException` only if the disk takes no more, or no more may be received.
    void run(Claim claim, Transfer transfer) throws IOException {
        var entry = claim.entry();
        var url = transfer.url();
        var last = known(claim, url);
        var room = memory.room();
        var asking =
                new Asking(
                        options,
                        last,
                        names,
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
            ends.failed(visited, "file: " + FileProblem.of(e), Trouble.FILE);
        } catch (IOException e) {
            if (!aborted.getAsBoolean()) {
                broken(visited, e);
            }
        } finally {
            names.release(url, asking.file());
            room.close();
        }
    }

    /// A try that has brought a file further was not in vain, and so does not count.
    private void broken(Visited visited, IOException e) {
        if (visited.asking().hasGained() && !(e instanceof ChecksumMismatch)) {
            ends.answered(visited);
            ends.goesOn(visited, reason(e));
        } else {
            ends.again(visited, reason(e), Trouble.of(e), null);
        }
    }

    /// What was known of it, and that it is needed though it was found as a link.
    private Note known(Claim claim, HttpUrl url) {
        var entry = claim.entry();
        var note = Note.restored(entry.note());
        return options.requisites
                        && note.isLink()
                        && finds.refusal(url, entry.depth(), note.role()) != null
                        && finds.isNeeded(entry.url())
                ? note.needed()
                : note;
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
            fetched = refused != null ? refused : stored(visited, page);
        }
        end(visited, fetched);
    }

    private Fetched stored(Visited visited, Fetched.Page page) throws IOException {
        var url = visited.url();
        var file = visited.asking().file(options.place, url);
        return Reading.guarded(() -> download.store(url, page, file));
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
        if (fetched instanceof Fetched.Stored stored) { // before the switch is linked, see
            ended(visited, stored); // docs/performance.md
            return;
        }
        switch (fetched) {
            case Fetched.Stored stored -> ended(visited, stored);
            case Fetched.Unchanged _ -> {
                contents.readAgain(visited);
                ends.unchanged(visited);
            }
            case Fetched.Redirected redirected -> {
                names.free(visited.url(), visited.last());
                redirections.redirected(visited, redirected.to());
            }
            case Fetched.Unwanted unwanted -> ends.skipped(visited, unwanted.rule());
            case Fetched.TooLarge large ->
                    ends.skipped(visited, sizeRule(large.length(), options.fileBytes));
            case Fetched.Refused refused ->
                    ends.refused(visited, refused.status(), refused.retryAfter());
            case Fetched.Page _ ->
                    throw new IllegalStateException("an unread page: " + visited.url());
        }
    }

    private void ended(Visited visited, Fetched.Stored stored) throws IOException {
        var unread = contents.unread(visited, stored);
        if (unread != null) {
            Gone.delete(options.place, stored.file()); // listings are no files
            ends.failed(visited, unread, Trouble.SERVER);
            return;
        }
        var name = names.noted(visited.url(), visited.asking().file(), stored.file());
        var former = names.former(visited.url(), visited.last(), name);
        if (former != null) {
            Gone.delete(options.place, former, visited.last().version().length());
        }
        ends.stored(visited, stored, name);
    }

    /// @param length negative if nobody has said it
    private static String sizeRule(long length, long most) {
        return length < 0 ? "size over " + most : "size %d, over %d".formatted(length, most);
    }

    private static String reason(IOException e) {
        var message = e.getMessage();
        return "%s: %s"
                .formatted(
                        Trouble.of(e).name().toLowerCase(Locale.ROOT),
                        message == null ? e.getClass().getSimpleName() : message);
    }
}
