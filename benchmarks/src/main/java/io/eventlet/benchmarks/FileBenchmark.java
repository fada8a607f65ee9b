// SPDX-License-Identifier: Apache-2.0
package io.eventlet.benchmarks;

import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import io.eventlet.Eventlet;
import io.eventlet.offload.GreenFile;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/// A read of a file that is in memory, by a green thread: what it costs not to block the hub.
@Fork(
        value = 2,
        jvmArgsAppend = {Flags.OPENS, Flags.NATIVE, Flags.UNTRACKED})
@State(Scope.Benchmark)
public class FileBenchmark extends Timed {
    static final int READS = 1_000;

    @Param({"4096", "65536"})
    public int size;

    private Path path;

    @Setup
    public void write() throws IOException {
        path = Files.createTempFile("eventlet-benchmark", ".bytes");
        try (var file = FileChannel.open(path, WRITE)) {
            int ignored = file.write(ByteBuffer.allocate(size));
        }
    }

    @TearDown
    public void delete() throws IOException {
        Files.delete(path);
    }

    @Benchmark
    @OperationsPerInvocation(READS)
    public void greenFile() {
        Inside.hub(() -> {
            try (var file = GreenFile.open(path)) {
                read(file);
            }
        });
    }

    /// All reads as one task, which is what should be done where nobody minds the order.
    @Benchmark
    @OperationsPerInvocation(READS)
    public void offloadedWhole() {
        Inside.hub(() -> {
            var ignored =
                    Eventlet.offload(() -> {
                        try (var file = FileChannel.open(path, READ)) {
                            read(file);
                        }
                        return true;
                    });
        });
    }

    /// The hub waits meanwhile.
    @Benchmark
    @OperationsPerInvocation(READS)
    public void blocking() {
        Inside.hub(() -> {
            try (var file = FileChannel.open(path, READ)) {
                read(file);
            }
        });
    }

    private void read(SeekableByteChannel file) throws IOException {
        var into = ByteBuffer.allocate(size);
        for (int i = 0; i < READS; i++) {
            int ignored = file.position(0).read(into.clear());
        }
    }
}
