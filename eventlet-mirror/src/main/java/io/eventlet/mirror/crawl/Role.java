// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.crawl;

/// As what a URL was found.
enum Role {
    /// A start, or an entry of a listing.
    ENTRY,
    /// A link of a page, or an entry of a sitemap.
    LINK,
    /// What a page needs to be shown.
    REQUISITE,
    /// A sitemap.
    SITEMAP
}
