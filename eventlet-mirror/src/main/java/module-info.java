// SPDX-License-Identifier: Apache-2.0

/// Copies of directory trees that HTTP servers show.
@org.jspecify.annotations.NullMarked
module io.eventlet.mirror {
    requires static org.jspecify;
    requires transitive io.eventlet;
    requires transitive io.eventlet.http;
    requires com.h2database;
    requires crawler.commons;
    requires jwarc;
    requires org.jsoup;

    exports io.eventlet.mirror.access;
    exports io.eventlet.mirror.archive;
    exports io.eventlet.mirror.checks;
    exports io.eventlet.mirror.crawl;
    exports io.eventlet.mirror.fetch;
    exports io.eventlet.mirror.frontier;
    exports io.eventlet.mirror.listing;
    exports io.eventlet.mirror.place;
    exports io.eventlet.mirror.scope;
}
