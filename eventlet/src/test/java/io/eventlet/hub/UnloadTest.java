// SPDX-License-Identifier: Apache-2.0
package io.eventlet.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.Event;
import io.eventlet.Eventlet;
import io.eventlet.Timeout;
import io.eventlet.TimeoutExpired;
import io.eventlet.testing.Until;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/// A program that is unloaded, such as one in a server of applications, takes the library with it:
/// neither a thread nor what a thread of others holds keeps its classes, once the hubs are closed.
@org.junit.jupiter.api.Timeout(120)
class UnloadTest {
    enum Use {
        WAIT_OF_THE_JDK,
        WAIT_OF_OURS,
        SOCKETS,
        UNSEEN_ERROR,
        TIMEOUT,
        OTHER_HUB
    }

    /// What the unloaded program does, by the name of a use. Loaded by a loader of its own, as are
    /// the enum that it makes of that and the library.
    static final class Program implements Consumer<String> {
        @Override
        public void accept(String use) {
            try {
                use(Use.valueOf(use));
                Hub.main().close();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }

        private static void use(Use use) throws Exception {
            switch (use) {
                case WAIT_OF_THE_JDK -> {
                    var done = new CountDownLatch(1);
                    Eventlet.spawn(done::countDown);
                    done.await();
                }
                case WAIT_OF_OURS -> Eventlet.spawn(() -> 1).await();
                case SOCKETS -> {
                    try (var listener = Eventlet.listen(0);
                            var client = Eventlet.connect("localhost", listener.getLocalPort());
                            var _ = listener.accept()) {
                        client.sendAll(new byte[1]);
                    }
                }
                case UNSEEN_ERROR -> {
                    Eventlet.onUncaughtError((_, _) -> {});
                    Eventlet.spawn(
                                    () -> {
                                        throw new IllegalStateException("nobody sees it");
                                    })
                            .join();
                }
                case TIMEOUT -> {
                    try (var _ = Timeout.after(Duration.ofMillis(1))) {
                        new Event<>().await();
                    } catch (TimeoutExpired e) {
                        // as it should be
                    }
                }
                case OTHER_HUB -> {
                    try (var hub = Hub.start("other")) {
                        Eventlet.spawnOn(hub, () -> 1).await();
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void nothingKeepsItsClasses(Use use) throws Exception {
        var loader = usedLoader(use.name());

        Until.holds(() -> {
            System.gc();
            return loader.get() == null;
        });

        assertThat(loader.get()).isNull();
    }

    @SuppressWarnings("unchecked")
    private static WeakReference<ClassLoader> usedLoader(String use) throws Exception {
        try (var loader =
                new URLClassLoader(
                        new URL[] {locationOf(Hub.class), locationOf(UnloadTest.class)},
                        ClassLoader.getPlatformClassLoader())) {
            var constructor = loader.loadClass(Program.class.getName()).getDeclaredConstructor();
            constructor.setAccessible(true);
            ((Consumer<String>) constructor.newInstance()).accept(use);
            return new WeakReference<>(loader);
        }
    }

    private static URL locationOf(Class<?> type) {
        return type.getProtectionDomain().getCodeSource().getLocation();
    }
}
