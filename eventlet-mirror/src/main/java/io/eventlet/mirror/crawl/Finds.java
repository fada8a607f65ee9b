// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.crawl;

import io.eventlet.Eventlet;
import io.eventlet.http.client.HttpUrl;
import io.eventlet.mirror.frontier.Entry;
import io.eventlet.mirror.frontier.Frontier;
import io.eventlet.mirror.frontier.State;
import io.eventlet.mirror.scope.Scope;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// URLs that are found: each goes to the frontier, with the rule by which it is left out, if any.
final class Finds {
    private static final int REMEMBERED = 10_000;
    private static final int TOLD_AT_ONCE = 256; // until others have their turn

    private final Frontier frontier;
    private final Scope scope;
    private final MirrorListener listener;
    private final Runnable more;
    private final Map<String, Boolean> needed = // what most pages have in common
            new LinkedHashMap<>(16, 0.75f, true) {
                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
                    return size() > REMEMBERED;
                }
            };

    /// @param more told that there is more to fetch, while more is still to come
    Finds(Options options, Runnable more) {
        this.more = more;
        frontier = options.frontier;
        scope = options.scope;
        listener = options.listener;
    }

    /// The host whose limits a URL is under.
    static String host(HttpUrl url) {
        return url.scheme() + "://" + url.authority();
    }

    void start(HttpUrl url, Role role) {
        var note = Note.of(role, 0).stored();
        frontier.discovered(entry(url, 0, "", note));
    }

    @Nullable String refusal(HttpUrl url, int depth, Role role) {
        return role == Role.SITEMAP
                ? null // of a server that is wanted
                : scope.refusal(url, depth, role == Role.REQUISITE);
    }

    /// @param links how many links further away it is than where it was found
    void found(HttpUrl url, Entry from, int links, Role role, int part) {
        int depth = from.depth() + links;
        var rule = refusal(url, depth, role);
        var note = Note.of(role, part);
        if (rule == null) {
            frontier.discovered(entry(url, depth, from.url(), note.stored()));
            return;
        }
        var entry = skipped(entry(url, depth, from.url(), ""), note, rule);
        if (frontier.discovered(entry)) {
            tellSkipped(entry);
        }
    }

    /// As [#found(HttpUrl, Entry, int, Role, int)] for links of a page, many of which go to the
    /// frontier at once. The first are fetched while the next are looked at.
    void found(List<HttpUrl> urls, Entry from, Role role) {
        for (int i = 0; i < urls.size(); i += TOLD_AT_ONCE) {
            if (i > 0) {
                more.run();
                Eventlet.yield();
            }
            foundAtOnce(urls.subList(i, Math.min(urls.size(), i + TOLD_AT_ONCE)), from, role);
        }
    }

    /// Those that a rule leaves out too, as what they are.
    private void foundAtOnce(List<HttpUrl> urls, Entry from, Role role) {
        int depth = from.depth() + 1;
        var note = Note.of(role, 0);
        var all = new ArrayList<Entry>(urls.size());
        for (var url : urls) {
            var rule = refusal(url, depth, role);
            var entry = entry(url, depth, from.url(), note.stored());
            all.add(rule == null ? entry : skipped(entry, note, rule));
        }
        var fresh = frontier.discovered(all);
        fresh.stream().filter(Finds::isSkipped).forEach(this::tellSkipped);
        if (role == Role.REQUISITE && fresh.size() < all.size()) {
            all.stream().filter(entry -> !isSkipped(entry)).forEach(this::need);
        }
    }

    private static Entry skipped(Entry entry, Note note, String rule) {
        var skipped = note.with(Outcome.Kind.SKIPPED, 0, rule);
        return entry.ended(State.SKIPPED, skipped.stored());
    }

    private static boolean isSkipped(Entry entry) {
        return entry.state() == State.SKIPPED;
    }

    private void tellSkipped(Entry entry) {
        var rule = Note.restored(entry.note()).reason();
        listener.on(new MirrorEvent.Skipped(HttpUrl.of(entry.url()), rule));
    }

    /// Has something looked at after all that is needed, if it was found as a link before, and a
    /// rule for links leaves it out.
    private void need(Entry wanted) {
        if (!isFirstNeed(wanted.url())) {
            return;
        }
        var known = frontier.find(wanted.url());
        if (known == null || known.state() == State.DONE || known.state() == State.FAILED) {
            return;
        }
        var note = Note.restored(known.note());
        if (note.isLink() && refusal(HttpUrl.of(known.url()), known.depth(), note.role()) != null) {
            frontier.requeue(known, note.needed().stored());
        }
    }

    private boolean isFirstNeed(String url) {
        synchronized (needed) { // for a moment
            return needed.put(url, true) == null;
        }
    }

    /// What is known by now of something that was claimed and a rule leaves out: a page may have
    /// said meanwhile that it needs it.
    boolean isNeeded(String url) {
        var known = frontier.find(url);
        return known != null && Note.restored(known.note()).role() == Role.REQUISITE;
    }

    private static Entry entry(HttpUrl url, int depth, String from, String note) {
        return new Entry(url.toString(), host(url), depth, from, State.QUEUED, 0, note);
    }
}
