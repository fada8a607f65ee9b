// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.fetch;

import io.eventlet.http.client.ClientResponse;
import io.eventlet.http.client.HttpClient;
import io.eventlet.http.client.HttpUrl;
import io.eventlet.mirror.place.Place;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;

/// Downloads of files to where a [Place] has them: each is there whole, or as it was before.
///
/// What comes is written to a file on its way, and gets its name when all of it is there. A
/// download that has ended too early goes on where it was, if the server says by `ETag` or
/// `Last-Modified` which version it sends, and sends the rest of that version; whatever else it
/// answers costs a fresh download. What does not have the checksum that the server sends along
/// (`Repr-Digest`, `Content-Digest`, `Digest`, `Content-MD5`), or behind it, is no file. Redirects
/// are not followed. Bodies are stored as they are sent, without decoding.
///
/// Thread-safe, except for two downloads of the same URL at the same time; one process at a time
/// downloads to a place. Files are written by threads of its own, which [#close] ends: a small one
/// costs its caller one wait.
public final class Download implements AutoCloseable {
    private static final int MOST_OF_PAGE = 16 << 20;
    private static final long PIECE = 8 << 20; // of a large file that is fetched in several

    private final Attempt.Means means;
    private final Predicate<? super ClientResponse> pages;
    private final Disk disk;

    /// @param most how many bytes a file may have at most
    /// @param pages which answers are pages, to be kept in memory and in no file; one that is
    ///   larger than 16 MiB becomes a file all the same
    public Download(
            HttpClient client, Place place, long most, Predicate<? super ClientResponse> pages) {
        this(client, place, most, pages, PIECE);
    }

    Download(
            HttpClient client,
            Place place,
            long most,
            Predicate<? super ClientResponse> pages,
            long piece) {
        this.pages = Objects.requireNonNull(pages);
        Objects.requireNonNull(client);
        disk = new Disk(place);
        means = new Attempt.Means(client, place, disk, most, piece);
    }

    /// Fetches a URL. Throws an `IOException` of the network, a `FileSystemException` of its file,
    /// a [DiskFailure] if nothing can be written, a [ChecksumMismatch]; what has come by then is
    /// where the next call for this URL goes on.
    ///
    /// @param known the version of the file that is there from an earlier run; [Version#UNKNOWN] if
    ///   it has to be fetched anyway
    public Fetched fetch(HttpUrl url, Version known) throws IOException {
        return fetch(url, known, new Transfer(url, new LongAdder()));
    }

    /// As [#fetch(HttpUrl, Version)], seen by those who have the transfer.
    public Fetched fetch(HttpUrl url, Version known, Transfer transfer) throws IOException {
        return fetch(
                url,
                known,
                transfer,
                new Handling() {
                    @Override
                    public int pageBytes(ClientResponse response) {
                        return pages.test(response) ? MOST_OF_PAGE : 0;
                    }
                });
    }

    /// As [#fetch(HttpUrl, Version, Transfer)], with somebody who is asked on the way, and says
    /// which answers are pages.
    public Fetched fetch(HttpUrl url, Version known, Transfer transfer, Handling handling)
            throws IOException {
        var part = disk.part(url);
        var recent = disk.recent(part);
        if (recent != null) {
            return recent;
        }
        return new Attempt(means, url, part, transfer, handling).run(known);
    }

    /// Makes a page that was in memory a file after all.
    ///
    /// @param file where it is to be, relative to the copy
    public Fetched store(HttpUrl url, Fetched.Page page, Path file) throws IOException {
        return disk.store(
                file,
                disk.part(url),
                page.version(),
                page.body(),
                page.body().length,
                Checking.ofNothing(),
                false);
    }

    // ---- what a kill may cost

    /// How many files have been stored of which [#settle] has not heard.
    public int unsettled() {
        return disk.unsettled();
    }

    /// Has what is known of stored files saved elsewhere, by `save`, which a thread for the disk
    /// calls; what was stored before the last such call is no longer remembered here then. Until
    /// then a file is known, after a kill, to be there, and is not fetched again.
    public void settle(Runnable save) throws IOException {
        disk.settle(save);
    }

    /// Forgets what an earlier process has stored: all is to be looked at again.
    public void forget() throws IOException {
        disk.forget();
    }

    /// Forgets what an earlier process has stored in another run, which somebody else may have
    /// ended; 0 is a run that nobody else begins.
    public void ofRun(long run) throws IOException {
        if (run != 0) {
            disk.ofRun(run);
        }
    }

    /// Ends the threads for the disk, when they have written what they have.
    @Override
    public void close() throws IOException {
        disk.close();
    }
}
