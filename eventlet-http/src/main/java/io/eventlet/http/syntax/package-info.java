// SPDX-License-Identifier: Apache-2.0

/// The characters and fields of HTTP, on arrays of bytes.
@org.jspecify.annotations.NullMarked
package io.eventlet.http.syntax;
