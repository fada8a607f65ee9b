// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import io.eventlet.errors.Cancelled;

/// A [Timeout] has passed; thrown by the call in which its thread waits.
///
/// Whoever catches it looks whether it is theirs, and throws it on if not:
///
/// ```java
/// var timeout = Timeout.after(Duration.ofSeconds(1));
/// try (timeout) {
///     return socket.getInputStream().read();
/// } catch (TimeoutExpired e) {
///     if (e.timeout() != timeout) throw e;
///     return -1;
/// }
/// ```
public final class TimeoutExpired extends Cancelled {
    private static final long serialVersionUID = 1;

    private final transient Timeout timeout;

    TimeoutExpired(Timeout timeout) {
        super(timeout + " has passed");
        this.timeout = timeout;
    }

    /// The timeout that passed.
    public Timeout timeout() {
        return timeout;
    }
}
