// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.crawl;

import io.eventlet.mirror.fetch.Transfer;

import java.util.List;

/// How far a run is at a moment.
///
/// @param done how many URLs have their file, or are listings or redirects
/// @param skipped how many a rule has left out
/// @param failed how many could not be fetched
/// @param queued how many are known and still to be fetched, with those of now
/// @param received how many bytes of bodies have come in this run
/// @param active what is being fetched
public record Progress(
        long done, long skipped, long failed, long queued, long received, List<Transfer> active) {}
