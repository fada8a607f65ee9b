// SPDX-License-Identifier: Apache-2.0
import io.eventlet.Event;
import io.eventlet.Eventlet;
import io.eventlet.Timeout;
import io.eventlet.TimeoutExpired;
import io.eventlet.hub.Hub;

import java.time.Duration;
import java.util.concurrent.StructuredTaskScope;

/// Forks of the JDK's StructuredTaskScope on green threads. Needs --enable-preview.
class StructuredForks {
    static void main() {
        Eventlet.run(() -> {
            var hub = Hub.current();
            try (var scope = StructuredTaskScope.open()) {
                var one = scope.fork(() -> Hub.current() == hub);
                var two = scope.fork(() -> Eventlet.spawn(() -> "green").await());
                scope.join();
                System.out.println("on the hub: " + one.get() + ", " + two.get());
            }
        });
        Eventlet.run(() -> {
            var never = new Event<String>();
            try {
                Timeout.call(
                        Duration.ofMillis(20),
                        () -> {
                            try (var scope = StructuredTaskScope.open()) {
                                scope.fork(() -> {
                                    try {
                                        return never.await();
                                    } finally {
                                        System.out.println("fork has ended");
                                    }
                                });
                                return scope.join();
                            }
                        });
            } catch (TimeoutExpired e) {
                System.out.println("timeout");
            }
        });
    }
}
