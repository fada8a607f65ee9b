// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.server;

import io.eventlet.http.Headers;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// How the files of a directory are to be served. `prefix` is what the paths of requests begin with
/// before those of files, without a slash at its end.
record FileSettings(
        Path directory,
        String prefix,
        List<String> indexes,
        boolean listings,
        boolean hidden,
        boolean followLinks,
        boolean precompressed,
        boolean singlePage,
        @Nullable String cacheControl,
        @Nullable String origin,
        Map<String, String> types) {

    /// Fields of every response.
    Headers common() {
        return origin == null
                ? Headers.empty()
                : Headers.of(
                        "Access-Control-Allow-Origin",
                        origin,
                        "Access-Control-Expose-Headers",
                        "Accept-Ranges, Content-Length, Content-Range, ETag");
    }

    /// A response of text, with those fields.
    Response text(int status, String text) {
        var response = Response.text(status, text + "\n");
        return response.headers(StoredFile.all(response.headers(), common()));
    }
}
