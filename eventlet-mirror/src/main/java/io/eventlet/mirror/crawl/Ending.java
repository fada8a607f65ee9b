// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.crawl;

/// Why a run has ended.
public enum Ending {
    /// Nothing was left.
    FINISHED,
    /// Somebody stopped it.
    STOPPED,
    /// It took as long as it might.
    TIME,
    /// It stored as many files as it might.
    FILES,
    /// It received as many bytes as it might.
    BYTES
}
