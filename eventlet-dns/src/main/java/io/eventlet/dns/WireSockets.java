// SPDX-License-Identifier: Apache-2.0
package io.eventlet.dns;

import io.eventlet.net.GreenDatagramSocket;
import io.eventlet.net.GreenSocket;

import java.net.DatagramSocket;
import java.net.Socket;
import java.net.SocketException;

/// Sockets to ask a server by: green ones for green threads. Others get the JDK's, so that a
/// look-up needs no hub where there is none: the logging that tells of the start of a hub may look
/// up a name.
final class WireSockets {
    private WireSockets() {}

    static DatagramSocket openDatagrams() throws SocketException {
        return Callers.areGreen() ? new GreenDatagramSocket(null) : new DatagramSocket(null);
    }

    static Socket openStream() throws SocketException {
        return Callers.areGreen() ? new GreenSocket() : new Socket();
    }
}
