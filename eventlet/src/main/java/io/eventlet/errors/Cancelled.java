// SPDX-License-Identifier: Apache-2.0
package io.eventlet.errors;

/// The wait of a thread was ended from outside.
///
/// An `Error`, so that a `catch (Exception e)` around a blocking call does not swallow it: catch it
/// to clean up, and throw it on. Thrown as such when a thread was interrupted by somebody who gave
/// no cause; kills and timeouts throw subclasses.
public class Cancelled extends Error {
    private static final long serialVersionUID = 1;

    public Cancelled(String message) {
        super(message);
    }
}
