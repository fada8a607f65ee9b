// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.crawl;

/// Who is told what becomes of each URL. Meant to be implemented by users.
@FunctionalInterface
public interface MirrorListener {
    /// Called by the green threads that fetch, several at a time, and by the thread that converts
    /// links: what it does holds them up, and what it throws ends the run.
    void on(MirrorEvent event);
}
