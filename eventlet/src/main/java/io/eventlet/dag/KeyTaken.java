// SPDX-License-Identifier: Apache-2.0
package io.eventlet.dag;

/// A key of a [DagPool] has a value, or somebody who computes it: it cannot have another one.
public final class KeyTaken extends IllegalStateException {
    private static final long serialVersionUID = 1;

    KeyTaken(Object key, String why) {
        super("the key " + key + " " + why);
    }
}
