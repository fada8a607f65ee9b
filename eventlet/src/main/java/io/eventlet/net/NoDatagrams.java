// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net;

import java.net.DatagramPacket;
import java.net.DatagramSocketImpl;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;

/// Stands for the sockets that `java.net.DatagramSocket` would make for a subclass, which needs
/// none: nothing calls it.
final class NoDatagrams extends DatagramSocketImpl {
    private static UnsupportedOperationException refusal() {
        return new UnsupportedOperationException("a GreenDatagramSocket has its own endpoint");
    }

    @Override
    protected void create() {
        throw refusal();
    }

    @Override
    protected void bind(int port, InetAddress address) {
        throw refusal();
    }

    @Override
    protected void send(DatagramPacket packet) {
        throw refusal();
    }

    @Override
    protected int peek(InetAddress from) {
        throw refusal();
    }

    @Override
    protected int peekData(DatagramPacket packet) {
        throw refusal();
    }

    @Override
    protected void receive(DatagramPacket packet) {
        throw refusal();
    }

    @Override
    @SuppressWarnings("removal")
    protected void setTTL(byte ttl) {
        throw refusal();
    }

    @Override
    @SuppressWarnings("removal")
    protected byte getTTL() {
        throw refusal();
    }

    @Override
    protected void setTimeToLive(int ttl) {
        throw refusal();
    }

    @Override
    protected int getTimeToLive() {
        throw refusal();
    }

    @Override
    protected void join(InetAddress group) {
        throw refusal();
    }

    @Override
    protected void leave(InetAddress group) {
        throw refusal();
    }

    @Override
    protected void joinGroup(SocketAddress group, NetworkInterface on) {
        throw refusal();
    }

    @Override
    protected void leaveGroup(SocketAddress group, NetworkInterface on) {
        throw refusal();
    }

    @Override
    protected void close() {}

    @Override
    public void setOption(int id, Object value) {
        throw refusal();
    }

    @Override
    public Object getOption(int id) {
        throw refusal();
    }
}
