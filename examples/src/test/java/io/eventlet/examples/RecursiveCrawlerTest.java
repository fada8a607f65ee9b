// SPDX-License-Identifier: Apache-2.0
package io.eventlet.examples;

import java.net.URI;
import java.util.Set;

class RecursiveCrawlerTest extends CrawlerContract {
    @Override
    Set<URI> crawl(URI start) {
        return RecursiveCrawler.crawl(start);
    }
}
