// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.crawl;

import io.eventlet.http.client.HttpUrl;
import io.eventlet.mirror.frontier.Entry;
import io.eventlet.mirror.frontier.Frontier;
import io.eventlet.mirror.frontier.State;
import io.eventlet.mirror.scope.Scope;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/// URLs that are found: each goes to the frontier, with the rule by which it is left out, if any.
final class Finds {
    private final Frontier frontier;
    private final Scope scope;
    private final MirrorListener listener;

    Finds(MirrorBuilder options) {
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
        var skipped = note.with(Outcome.Kind.SKIPPED, 0, rule).stored();
        if (frontier.discovered(entry(url, depth, from.url(), "").ended(State.SKIPPED, skipped))) {
            listener.on(new MirrorEvent.Skipped(url, rule));
        }
    }

    /// As [#found(HttpUrl, Entry, int, Role, int)] for links of a page, all of which go to the
    /// frontier at once, but for those that a rule leaves out: it must say of each whether it is
    /// new.
    void found(List<HttpUrl> urls, Entry from, Role role) {
        int depth = from.depth() + 1;
        var note = Note.of(role, 0);
        var wanted = new ArrayList<Entry>();
        for (var url : urls) {
            if (refusal(url, depth, role) == null) {
                wanted.add(entry(url, depth, from.url(), note.stored()));
            } else {
                found(url, from, 1, role, 0);
            }
        }
        frontier.discovered(wanted);
    }

    private static Entry entry(HttpUrl url, int depth, String from, String note) {
        return new Entry(url.toString(), host(url), depth, from, State.QUEUED, 0, note);
    }
}
