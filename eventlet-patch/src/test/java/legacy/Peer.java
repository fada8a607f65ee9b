// SPDX-License-Identifier: Apache-2.0
package legacy;

/// Somebody whom a test puts another in the place of.
public class Peer {
    @Override
    public String toString() {
        return "the real one";
    }
}
