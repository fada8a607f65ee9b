// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.jdk;

import com.sun.net.httpserver.Headers;

/// What a handler has set, as fields of a response.
final class ResponseFields {
    private ResponseFields() {}

    /// Without what frames the message, which is said by the length that the handler gives; a
    /// response that leaves its body out may say the length of that.
    static io.eventlet.http.Headers of(Headers headers, boolean keepsLength) {
        var fields = io.eventlet.http.Headers.empty();
        for (var entry : headers.entrySet()) {
            var name = entry.getKey();
            boolean isLength = name.equalsIgnoreCase("Content-Length");
            if (isLength ? keepsLength : !name.equalsIgnoreCase("Transfer-Encoding")) {
                for (var value : entry.getValue()) {
                    fields = fields.and(name, value.strip());
                }
            }
        }
        return fields;
    }
}
