// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.crawl;

import io.eventlet.http.client.HttpUrl;
import io.eventlet.mirror.crawl.Ends.Visited;
import io.eventlet.mirror.frontier.Entry;
import io.eventlet.mirror.frontier.Frontier;
import io.eventlet.mirror.frontier.State;
import io.eventlet.mirror.scope.Scope;

import org.jspecify.annotations.Nullable;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Where redirects lead. Those that lead to no answer, as they come back or go on and on, are
/// failures.
final class Redirections {
    private static final int MOST = 20; // in a row, as browsers follow them
    private static final int MOST_AROUND = 100; // until they come back

    private final Options options;
    private final Frontier frontier;
    private final Finds finds;
    private final Ends ends;
    private final Map<String, String> young = new ConcurrentHashMap<>(); // not in the frontier yet

    Redirections(Options options, Finds finds, Ends ends) {
        this.options = options;
        frontier = options.frontier;
        this.finds = finds;
        this.ends = ends;
    }

    void redirected(Visited visited, HttpUrl to) {
        var url = visited.url();
        boolean isStart = options.isStart(url);
        int links = isSamePlace(url, to, isStart) ? 0 : 1;
        var rule = isStart ? finds.refusal(to, links, visited.last().role()) : null;
        if (rule != null) {
            ends.failed(
                    visited,
                    "leads to %s, which is left out: %s".formatted(to, rule),
                    Trouble.SCOPE);
            return;
        }
        young.put(url.toString(), to.toString()); // before a look, so that one of a ring sees it
        try {
            if (comesBack(url, to)) {
                ends.failed(
                        visited,
                        url.equals(to) ? "leads to itself" : "leads to itself, by way of " + to,
                        Trouble.SERVER);
            } else if (before(visited.claim().entry()) >= MOST) {
                ends.failed(
                        visited, "more than %d redirects in a row".formatted(MOST), Trouble.SERVER);
            } else {
                finds.found(to, visited.claim().entry(), links, visited.last().role(), 0);
                ends.redirected(visited, to);
            }
        } finally {
            young.remove(url.toString());
        }
    }

    private static boolean isSamePlace(HttpUrl url, HttpUrl to, boolean isStart) {
        return isSameWithSlash(url, to)
                || (isStart && !url.isSameOrigin(to) && Scope.isOfSameSite(url, to));
    }

    private static boolean isSameWithSlash(HttpUrl from, HttpUrl to) {
        var path = from.path();
        return !path.endsWith("/") && to.equals(from.resolve(path + "/"));
    }

    private boolean comesBack(HttpUrl url, HttpUrl to) {
        var begin = url.toString();
        @Nullable String next = to.toString();
        for (int i = 0; next != null && i < MOST_AROUND; i++) {
            if (next.equals(begin)) {
                return true;
            }
            next = after(next);
        }
        return false;
    }

    /// Where a URL leads that was redirected in this run; null if it was not.
    private @Nullable String after(String url) {
        var to = young.get(url);
        if (to != null) {
            return to;
        }
        var known = frontier.find(url);
        if (known == null || known.state() != State.DONE) {
            return null;
        }
        var note = Note.restored(known.note());
        return note.kind() == Outcome.Kind.REDIRECTED ? note.reason() : null;
    }

    /// How many redirects in a row have led to a URL.
    private int before(Entry entry) {
        int redirects = 0;
        for (var from = entry.from(); redirects < MOST && !from.isEmpty(); redirects++) {
            boolean isYoung = young.containsKey(from); // asked first: from here it goes there
            var known = frontier.find(from);
            if (known == null
                    || !(isYoung
                            || Note.restored(known.note()).kind() == Outcome.Kind.REDIRECTED)) {
                break;
            }
            from = known.from();
        }
        return redirects;
    }
}
