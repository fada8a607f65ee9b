// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.fetch;

import io.eventlet.http.client.ClientRequest;
import io.eventlet.http.client.ClientResponse;
import io.eventlet.http.client.HttpUrl;
import io.eventlet.mirror.archive.WarcFiles;
import io.eventlet.mirror.place.Place;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/// What is asked on the way of a download. Meant to be implemented by users; called by the thread
/// that downloads.
public interface Handling {
    /// The request as it is sent, which may have further fields.
    default ClientRequest request(ClientRequest request) {
        return request;
    }

    /// An answer has come, of whatever status; its body is for others.
    default void answered(ClientResponse response) {}

    /// The rule by which what is answered is not wanted, in words; null if it is wanted. Asked
    /// before anything of the body is read, of answers that have a file or a page.
    default @Nullable String refusal(ClientResponse response) {
        return null;
    }

    /// How many bytes of an answer are kept in memory, as those of a page; 0 if it is a file. What
    /// has more becomes a file.
    default int pageBytes(ClientResponse response) {
        return 0;
    }

    /// The body as it is read: through a limit, perhaps. What it says is available is read by a
    /// thread for the disk, while the thread that downloads waits for that.
    default InputStream body(ClientResponse response) throws IOException {
        return response.body();
    }

    /// Where the file is that is known from an earlier run, relative to the copy; null if it is not
    /// wanted there, so that it is fetched again.
    default @Nullable Path known(Place place, HttpUrl url) {
        return place.of(url);
    }

    /// Where the file is to be, relative to the copy, of what was answered last. Throws a
    /// `FileSystemException` if it cannot be there. Asked before the body is read, unless that may
    /// be a page.
    default Path file(Place place, HttpUrl url) throws IOException {
        return place.of(url);
    }

    /// The leave to send another request to the host of the URL at the same time, for a piece of a
    /// large file: what is to be called when it is over. Null if there is none now. Asked again for
    /// each piece.
    default @Nullable Runnable another() {
        return null;
    }

    /// Where what is asked and answered is archived; null for nowhere. What is archived is fetched
    /// whole: nothing is gone on with, and there are no pieces.
    default @Nullable WarcFiles archive() {
        return null;
    }
}
