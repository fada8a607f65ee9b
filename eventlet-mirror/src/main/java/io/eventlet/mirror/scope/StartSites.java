// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.scope;

import io.eventlet.http.client.HttpUrl;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Where a copy begins: the starts, and their directories by their sites, as
/// [Scope#isOfSameSite(HttpUrl, HttpUrl)] has it. What is asked costs the same however many there
/// are.
final class StartSites {
    private final Set<HttpUrl> urls;
    private final Map<String, Set<String>> directories = new HashMap<>();

    StartSites(List<HttpUrl> starts) {
        urls = Set.copyOf(starts);
        for (var start : starts) {
            var path = start.path();
            var directory = path.substring(0, path.lastIndexOf('/') + 1);
            add(origin(start), directory);
            if (Scope.hasOwnPort(start)) {
                add(name(start, start.isSecure()), directory);
            }
        }
    }

    private void add(String site, String directory) {
        directories.computeIfAbsent(site, _ -> new HashSet<>()).add(directory);
    }

    private static String origin(HttpUrl url) {
        return url.scheme() + "://" + url.authority();
    }

    private static String name(HttpUrl url, boolean isSecure) {
        return (isSecure ? "secure " : "plain ") + Scope.withoutWww(url.host());
    }

    /// The sites of starts to which a URL may belong.
    private static List<String> sites(HttpUrl url) {
        List<String> sites = new ArrayList<>(3);
        sites.add(origin(url));
        if (Scope.hasOwnPort(url)) {
            sites.add(name(url, false));
            if (url.isSecure()) {
                sites.add(name(url, true));
            }
        }
        return sites;
    }

    boolean contains(HttpUrl url) {
        return urls.contains(url);
    }

    /// Whether a URL is on the site of a start.
    boolean hasSite(HttpUrl url) {
        return sites(url).stream().anyMatch(directories::containsKey);
    }

    /// Whether a URL is below the directory of a start of its site.
    boolean isAbove(HttpUrl url) {
        var path = url.path();
        for (var site : sites(url)) {
            var below = directories.getOrDefault(site, Set.of());
            for (int slash = path.indexOf('/');
                    slash >= 0 && !below.isEmpty();
                    slash = path.indexOf('/', slash + 1)) {
                if (below.contains(path.substring(0, slash + 1))) {
                    return true;
                }
            }
        }
        return false;
    }
}
