// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.wire;

import io.eventlet.http.Headers;

/// The first part of a response: minor version of HTTP/1, status, reason, fields.
public record ResponseHead(int minorVersion, int status, String reason, Headers headers) {}
