// SPDX-License-Identifier: Apache-2.0
package legacy;

/// Loaded by nobody but one test.
public final class Unused {
    private Unused() {}
}
