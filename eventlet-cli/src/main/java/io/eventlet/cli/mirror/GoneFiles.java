// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.mirror;

import io.eventlet.mirror.crawl.Gone;
import io.eventlet.mirror.crawl.Mirror;
import io.eventlet.mirror.crawl.Summary;
import io.eventlet.mirror.frontier.Frontier;
import io.eventlet.mirror.place.Place;

import java.io.IOException;
import java.util.function.Consumer;

/// What is done after a run with files that their server no longer has.
///
/// @param delete whether they are deleted, or named only
/// @param json whether they are named by JSON objects
record GoneFiles(Frontier frontier, Place place, boolean delete, boolean json) {
    /// Names each; false if they should have been deleted and were not, since the run was not
    /// complete.
    boolean after(Mirror mirror, Summary summary, Consumer<String> printer) throws IOException {
        if (delete && !summary.isComplete()) {
            return false;
        }
        var gone = Gone.find(frontier, place);
        if (delete) {
            Gone.delete(summary, place, gone);
        }
        if (delete && !gone.isEmpty()) {
            mirror.convertLinks(); // which may have led to them
        }
        var what = delete ? "deleted" : "gone";
        gone.forEach(one -> printer.accept(json ? object(what, one) : line(what, one)));
        return true;
    }

    private static String line(String what, Gone gone) {
        return "%-10s %s".formatted(what, TextEvents.oneLine(gone.file().toString()));
    }

    private static String object(String what, Gone gone) {
        return JsonLine.of(
                what,
                json -> {
                    json.writeStringProperty("url", TextEvents.shown(gone.url().toString()));
                    json.writeStringProperty("file", gone.file().toString());
                });
    }
}
