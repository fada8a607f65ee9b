// SPDX-License-Identifier: Apache-2.0
package io.eventlet.wait;

import io.eventlet.poll.Endpoint;

/// What dumps and error messages call the things that threads wait for.
public final class Names {
    private Names() {}

    /// What a thing says of itself, and by which it is told from others that say the same, its
    /// identity hash code: `queue of 0, 0 putting, 1 getting @5ca881b5`.
    public static String of(Object thing) {
        boolean isNamed =
                thing instanceof Named
                        || thing instanceof Endpoint
                        || thing instanceof Thread
                        || thing instanceof CharSequence;
        return isNamed ? thing.toString() : thing + " " + identityOf(thing);
    }

    /// What tells a thing from others of its kind.
    public static String identityOf(Object thing) {
        return "@" + Integer.toHexString(System.identityHashCode(thing));
    }
}
