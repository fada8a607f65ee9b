// SPDX-License-Identifier: Apache-2.0
package io.eventlet.benchmarks;

import io.eventlet.benchmarks.databases.Contender;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

import java.sql.SQLException;
import java.util.EnumMap;
import java.util.Map;

import javax.sql.DataSource;

/// A connection that nobody else wants is lent and given back; it does nothing itself.
@OperationsPerInvocation(ConnectionPoolBenchmark.OPERATIONS)
@Fork(
        value = 2,
        jvmArgsAppend = {Flags.ONE_CARRIER, Flags.ONE_CARRIER_AT_MOST})
public class ConnectionPoolBenchmark extends Timed {

    static final int OPERATIONS = 10_000;
    private static final int CONNECTIONS = 10;

    private final Map<Contender, DataSource> pools = new EnumMap<>(Contender.class);

    @Benchmark
    @Fork(
            value = 2,
            jvmArgsAppend = {Flags.OPENS, Flags.NATIVE, Flags.UNTRACKED})
    public void eventlet() throws SQLException {
        var pool = pool(Contender.EVENTLET);
        Inside.hub(() -> use(pool));
    }

    @Benchmark
    public void hikari() throws Exception {
        var pool = pool(Contender.HIKARI);
        Inside.virtualThread(() -> use(pool));
    }

    /// On a platform thread: in a virtual one it comes to a stop.
    @Benchmark
    public void agroal() throws SQLException {
        use(pool(Contender.AGROAL));
    }

    private DataSource pool(Contender contender) throws SQLException {
        var known = pools.get(contender);
        if (known == null) {
            known = contender.open(CONNECTIONS);
            pools.put(contender, known);
        }
        return known;
    }

    private static void use(DataSource pool) throws SQLException {
        for (int i = 0; i < OPERATIONS; i++) {
            pool.getConnection().close();
        }
    }
}
