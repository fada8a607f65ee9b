// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.crawl;

/// What has to be allowed by the `robots.txt` of its server before it is asked for. Starts need no
/// leave: somebody has asked for them by name.
public enum RobotsPolicy {
    /// Nothing.
    IGNORED,
    /// What was found in a page or a sitemap, but not what was found in a listing.
    PAGES,
    /// All that was found.
    ALL
}
