// SPDX-License-Identifier: Apache-2.0

/// What servers say to robots: `robots.txt` and sitemaps, as crawler-commons reads them.
@org.jspecify.annotations.NullMarked
package io.eventlet.mirror.robots;
