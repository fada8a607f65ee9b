// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.Proxy;
import java.net.ServerSocket;
import java.net.Socket;

/// The sockets of the JDK as a network: what portable mode uses.
public final class JdkNetwork implements Network {
    private final Parking parking;

    public JdkNetwork(Parking parking) {
        this.parking = parking;
    }

    /// A connected socket of any make as an endpoint.
    public static Endpoint over(Parking parking, Socket socket) {
        return OpenSockets.opened(new JdkEndpoint(parking, socket));
    }

    @Override
    public Endpoint open() {
        return over(parking, new Socket(Proxy.NO_PROXY));
    }

    @Override
    public Endpoint openListener() throws IOException {
        return OpenSockets.opened(new JdkListener(parking, new ServerSocket()));
    }

    @Override
    public DatagramEndpoint openDatagrams() throws IOException {
        return OpenSockets.opened(new JdkDatagrams(parking, new DatagramSocket(null)));
    }

    @Override
    public UnixEndpoint openUnix(boolean listener) throws IOException {
        return listener ? JdkListenerOnPath.open(parking) : JdkUnix.open(parking);
    }

    /// The JDK has no pairs: connects two by a listener in a directory of its own.
    @Override
    public UnixEndpoint.Pair openPair() throws IOException {
        return JdkUnix.pair(parking);
    }

    @Override
    public PipeEnds openPipe() throws IOException {
        return JdkPipe.open(parking);
    }

    @Override
    public boolean isOfSystem() {
        return true;
    }

    @Override
    public String name() {
        return "jdk";
    }
}
