// SPDX-License-Identifier: Apache-2.0
package io.eventlet.queue;

import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.google.common.collect.testing.QueueTestSuiteBuilder;
import com.google.common.collect.testing.TestStringQueueGenerator;
import com.google.common.collect.testing.features.CollectionFeature;
import com.google.common.collect.testing.features.CollectionSize;

import junit.framework.TestCase;
import junit.framework.TestSuite;

import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

import java.util.Collections;
import java.util.Comparator;
import java.util.Queue;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// The contract of `java.util.Queue`, as Guava tests it, kept by a queue of ours seen as one of
/// `java.util.concurrent`. The suites are of JUnit 3.
@Tag("hub-only") // nothing waits: once is enough
@Timeout(60)
class BlockingQueueSuiteTest {
    @TestFactory
    Stream<DynamicNode> unbounded() {
        return suite("unbounded", GreenQueue::unbounded, CollectionFeature.KNOWN_ORDER);
    }

    /// Nothing in the suite fills it, so it shows what the unbounded one does.
    @TestFactory
    @Tag("stress")
    Stream<DynamicNode> bounded() {
        return suite("bounded", () -> GreenQueue.bounded(100), CollectionFeature.KNOWN_ORDER);
    }

    /// The suite knows no queue whose new items are the first: it does not look at the order.
    @TestFactory
    Stream<DynamicNode> lifo() {
        return suite("lifo", GreenQueue::lifo);
    }

    @TestFactory
    Stream<DynamicNode> priority() {
        return suite("priority", () -> GreenQueue.priority(Comparator.naturalOrder()));
    }

    private static Stream<DynamicNode> suite(
            String name, Supplier<GreenQueue<String>> queue, CollectionFeature... more) {
        var generator =
                new TestStringQueueGenerator() {
                    @Override
                    protected Queue<String> create(String[] elements) {
                        var view = queue.get().asBlockingQueue();
                        Collections.addAll(view, elements);
                        return view;
                    }
                };
        var suite =
                QueueTestSuiteBuilder.using(generator)
                        .named(name)
                        .withFeatures(CollectionSize.ANY, CollectionFeature.GENERAL_PURPOSE)
                        .withFeatures(more)
                        .createTestSuite();
        return nodes(suite);
    }

    private static Stream<DynamicNode> nodes(TestSuite suite) {
        return Collections.list(suite.tests()).stream().map(BlockingQueueSuiteTest::node);
    }

    @SuppressWarnings("JdkObsolete") // the suites are of JUnit 3
    private static DynamicNode node(junit.framework.Test test) {
        return switch (test) {
            case TestSuite suite -> dynamicContainer(suite.getName(), nodes(suite));
            case TestCase single -> dynamicTest(single.getName(), single::runBare);
            default -> throw new AssertionError("neither a suite nor a test: " + test);
        };
    }
}
