// SPDX-License-Identifier: Apache-2.0
package io.eventlet.libraries;

import io.eventlet.libraries.storm.Library;
import io.eventlet.net.GreenSocketFactory;

import redis.clients.jedis.ConnectionFactory;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.DefaultJedisSocketFactory;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisSocketFactory;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.providers.PooledConnectionProvider;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;

/// Jedis over green sockets, with a pool of connections.
record Jedis(RedisClient client) implements Library, AutoCloseable {
    static final int POOLED = 8; // connections
    private static final int PATIENCE_MILLIS = 20_000;

    static Jedis open(int port) {
        return open(sockets(port));
    }

    /// As Jedis is without a word about sockets.
    static Jedis openWithSocketsOfTheJdk(int port) {
        return open(new DefaultJedisSocketFactory(new HostAndPort("127.0.0.1", port), patience()));
    }

    private static DefaultJedisClientConfig patience() {
        return DefaultJedisClientConfig.builder().timeoutMillis(PATIENCE_MILLIS).build();
    }

    private static Jedis open(JedisSocketFactory sockets) {
        var pool = new ConnectionPoolConfig();
        pool.setMaxTotal(POOLED);
        pool.setMaxIdle(POOLED);
        // Without a limit Commons Pool 2.13 spins while another thread connects, for which a hub,
        // or the last carrier, then has no time.
        pool.setMaxWait(Duration.ofMillis(PATIENCE_MILLIS));
        return new Jedis(
                RedisClient.builder()
                        .connectionProvider(
                                new PooledConnectionProvider(
                                        new ConnectionFactory(sockets, patience()), pool))
                        .build());
    }

    private static JedisSocketFactory sockets(int port) {
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        return () -> connect(address);
    }

    private static Socket connect(InetSocketAddress address) {
        try {
            var socket = GreenSocketFactory.instance().createSocket();
            socket.setTcpNoDelay(true);
            socket.connect(address, PATIENCE_MILLIS); // which closes it when it fails
            socket.setSoTimeout(PATIENCE_MILLIS);
            return socket;
        } catch (IOException e) {
            throw new JedisConnectionException("connecting to " + address, e);
        }
    }

    /// Redis does not work for a while on one question: one that waits in vain is before it.
    @Override
    public long ask(long question, long millis) {
        if (millis > 0) {
            var nothing = client.blpop(millis / 1000.0, "empty");
            if (nothing != null) {
                throw new AssertionError("a list that is empty had " + nothing);
            }
        }
        String key = "question:" + question;
        String answer = client.set(key, String.valueOf(question));
        if (!answer.equals("OK")) {
            throw new AssertionError("set was answered by " + answer);
        }
        answer = client.get(key);
        if (answer == null) {
            throw new JedisConnectionException("the server has forgotten " + question);
        }
        return Long.parseLong(answer);
    }

    @Override
    public void close() {
        client.close();
    }
}
