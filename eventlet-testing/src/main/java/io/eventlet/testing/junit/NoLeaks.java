// SPDX-License-Identifier: Apache-2.0
package io.eventlet.testing.junit;

import io.eventlet.testing.LeakCheck;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/// Has JUnit fail each test that leaves something over, as [LeakCheck] sees it.
///
/// ```java
/// @ExtendWith(NoLeaks.class)
/// class CrawlerTest {
///     @Test
///     void givesItsPermitsBack(LeakCheck check) {
///         check.watch(crawler.permits());
///         crawler.crawl();
///     }
/// }
/// ```
///
/// It begins before the `@BeforeEach` methods of the class and ends after its `@AfterEach` methods.
/// Needs JUnit Jupiter, which is on the path of whoever uses this. Tests must not run concurrently.
public final class NoLeaks implements BeforeEachCallback, AfterEachCallback, ParameterResolver {
    private static final ExtensionContext.Namespace STORE =
            ExtensionContext.Namespace.create(NoLeaks.class);

    /// Made by JUnit.
    public NoLeaks() {}

    @Override
    public void beforeEach(ExtensionContext context) {
        context.getStore(STORE).put(LeakCheck.class, new Begun(LeakCheck.begin()));
    }

    /// A check in a store, which would close it itself, in an order of its own.
    private record Begun(LeakCheck check) {}

    @Override
    public void afterEach(ExtensionContext context) {
        checkOf(context).close();
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == LeakCheck.class;
    }

    /// The check of the test, for what it is to watch.
    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return checkOf(context);
    }

    private static LeakCheck checkOf(ExtensionContext context) {
        var begun = context.getStore(STORE).get(LeakCheck.class, Begun.class);
        if (begun == null) {
            throw new IllegalStateException("a LeakCheck is for a test, not for its class");
        }
        return begun.check();
    }
}
