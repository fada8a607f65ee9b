// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.crawl;

/// What a run has come to, with what earlier runs of the same directory have.
///
/// @param done how many URLs have their file, or are listings or redirects
/// @param skipped how many a rule has left out
/// @param failed how many could not be fetched
/// @param left how many are still to be fetched: none unless the run was ended before
/// @param stored how many files were fetched in this run
/// @param unchanged how many files this run has found as they were
/// @param received how many bytes of bodies have come in this run
/// @param converted how many pages and style sheets have other links since this run, by
///   [MirrorBuilder#convertLinks]
/// @param ending why it has ended
public record Summary(
        long done,
        long skipped,
        long failed,
        long left,
        long stored,
        long unchanged,
        long received,
        long converted,
        Ending ending) {
    /// Whether all that belongs to the copy is there.
    public boolean isComplete() {
        return failed == 0 && left == 0;
    }
}
