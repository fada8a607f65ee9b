// SPDX-License-Identifier: Apache-2.0
package io.eventlet.patch;

import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TagFilter;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Runs the test classes that are named, in a JVM that another test has started, and tells by its
/// exit status whether all tests have passed.
final class RerunTests {
    private RerunTests() {}

    public static void main(String... names) {
        var summary = new SummaryGeneratingListener();
        LauncherFactory.create().execute(request(names), summary);
        var result = summary.getSummary();
        result.printFailuresTo(new PrintWriter(System.out, true, StandardCharsets.UTF_8));
        boolean good = result.getTestsSucceededCount() > 0 && result.getTotalFailureCount() == 0;
        System.exit(good ? 0 : 1);
    }

    private static LauncherDiscoveryRequest request(String... names) {
        return LauncherDiscoveryRequestBuilder.request()
                .selectors(Arrays.stream(names).map(DiscoverySelectors::selectClass).toList())
                .filters(TagFilter.excludeTags("portable-only"))
                .build();
    }
}
