// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.mirror;

import io.eventlet.mirror.crawl.MirrorEvent;
import io.eventlet.mirror.crawl.Summary;

import java.time.Duration;
import java.util.List;

/// How a run is told. Thread-safe.
interface EventReport {
    /// Whether an event has a line: asked by those who fetch, for each.
    boolean wants(MirrorEvent event);

    String line(MirrorEvent event);

    /// What comes of all, for those who read the lines.
    List<String> results(Summary summary, Duration elapsed);

    /// The same for people.
    List<String> notes(Summary summary, Duration elapsed);
}
