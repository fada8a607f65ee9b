// SPDX-License-Identifier: Apache-2.0

/// The run: fetches, reads listings, and tries again, until nothing is left.
@org.jspecify.annotations.NullMarked
package io.eventlet.mirror.crawl;
