// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.server;

import io.eventlet.http.UpgradedConnection;

/// What speaks another protocol on a connection, in the green thread of that: see
/// [Response#upgrade] and [Response#tunnel]. The connection is closed when it returns or throws.
@FunctionalInterface
public interface UpgradeHandler {
    void handle(UpgradedConnection connection) throws Exception;
}
