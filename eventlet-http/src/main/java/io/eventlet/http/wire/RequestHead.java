// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.wire;

import io.eventlet.http.Headers;

/// The first part of a request: method, target as it was sent, minor version of HTTP/1, fields.
public record RequestHead(String method, String target, int minorVersion, Headers headers) {}
