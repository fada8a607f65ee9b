// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.crawl;

import io.eventlet.http.client.HttpUrl;
import io.eventlet.mirror.fetch.Download;
import io.eventlet.mirror.robots.Robots;

import java.io.IOException;
import java.util.List;

/// What a run begins with: where it is to begin, and what runs before it have left.
record Starts(Options options, Finds finds, Robots robots) {
    /// Whether there is a run.
    boolean begin(Download download) throws IOException {
        switch (options.frontier.begin()) {
            case NEW -> {
                download.forget();
                download.ofRun(options.frontier.run());
            }
            case GOES_ON -> download.ofRun(options.frontier.run());
            case ENDED -> {
                return false;
            }
        }
        for (var start : options.starts) {
            finds.start(start, Role.ENTRY);
        }
        if (options.sitemaps) {
            options.starts.stream()
                    .map(start -> start.resolve("/"))
                    .distinct()
                    .forEach(this::beginWithSitemaps);
        }
        return true;
    }

    private void beginWithSitemaps(HttpUrl server) {
        for (var sitemap : sitemaps(server)) {
            try {
                finds.start(server.resolve(sitemap), Role.SITEMAP);
            } catch (IllegalArgumentException e) {
                // no URL of HTTP
            }
        }
    }

    /// Those that its `robots.txt` names, or the one that there is by custom.
    private List<String> sitemaps(HttpUrl server) {
        try {
            var named = robots.of(server).sitemaps();
            if (!named.isEmpty()) {
                return named;
            }
        } catch (IOException e) {
            // then it is asked for as if it named none
        }
        return List.of("/sitemap.xml");
    }
}
