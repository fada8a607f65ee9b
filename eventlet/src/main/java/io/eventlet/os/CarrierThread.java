// SPDX-License-Identifier: Apache-2.0
package io.eventlet.os;

/// A platform thread that carries virtual threads and owns the memory of their system calls.
public class CarrierThread extends Thread {
    final CallState callState = new CallState();

    @SuppressWarnings("this-escape") // setDaemon is final
    public CarrierThread(Runnable body, String name) {
        super(null, body, name, 0, false);
        setDaemon(true);
    }
}
