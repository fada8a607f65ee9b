// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.wire;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Requests and responses as they are sent, good ones and bad ones, to begin from: a line for each,
/// with Java's escapes.
final class Corpus {
    static final List<String> REQUESTS = lines("requests.txt");
    static final List<String> RESPONSES = lines("responses.txt");

    private Corpus() {}

    private static List<String> lines(String file) {
        try (var in = requireNonNull(Corpus.class.getResourceAsStream(file))) {
            var text = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
            return text.lines().map(String::translateEscapes).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
