// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.client;

import io.eventlet.http.Headers;

import java.io.IOException;

/// What is told of informational answers, status 100 to 199 but 101, which come before the answer:
/// see [ClientRequest#whenInformational]. For others to implement.
@FunctionalInterface
public interface InformationalHandler {
    /// Called in the thread that waits for the answer, for each that comes. What it throws ends the
    /// request.
    void handle(int status, Headers headers) throws IOException;
}
