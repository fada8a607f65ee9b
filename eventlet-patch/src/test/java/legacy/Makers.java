// SPDX-License-Identifier: Apache-2.0
package legacy;

/// Makes things for a test.
public final class Makers {
    private Makers() {}

    public static Thread thread(Runnable body) {
        return new Thread(body);
    }
}
