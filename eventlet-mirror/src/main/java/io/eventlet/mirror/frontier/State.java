// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.frontier;

/// What has become of a URL.
public enum State {
    /// It is to be fetched, now or later.
    QUEUED,
    /// Its file is there, or its page has been read.
    DONE,
    /// A rule says that it is not to be fetched.
    SKIPPED,
    /// It could not be fetched.
    FAILED
}
