// SPDX-License-Identifier: Apache-2.0
package io.eventlet.hub;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import org.junit.platform.launcher.TagFilter;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// A program that runs the test classes it is given, in a JVM of its own kind, and fails if one
/// fails.
final class RerunTests {
    private RerunTests() {}

    public static void main(String... classes) {
        var request =
                LauncherDiscoveryRequestBuilder.request()
                        .selectors(Arrays.stream(classes).map(name -> selectClass(name)).toList())
                        .filters(TagFilter.excludeTags("portable-only", "stress", "interleavings"))
                        .build();
        var listener = new SummaryGeneratingListener();
        LauncherFactory.create().execute(request, listener);
        var summary = listener.getSummary();
        summary.printFailuresTo(new PrintWriter(System.out, true, StandardCharsets.UTF_8), 40);
        System.out.println(summary.getTestsSucceededCount() + " tests succeeded");
        System.exit(summary.getTotalFailureCount() == 0 ? 0 : 1);
    }
}
