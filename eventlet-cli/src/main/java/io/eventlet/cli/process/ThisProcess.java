// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.process;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.UnixOperatingSystemMXBean;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalLong;

/// What the operating system says of this process. A figure that it does not give is absent, not
/// zero.
public final class ThisProcess {
    private static final java.lang.management.OperatingSystemMXBean SYSTEM =
            ManagementFactory.getOperatingSystemMXBean();

    private ThisProcess() {}

    /// The processor time used so far by all threads, in user and kernel mode.
    public static Duration cpuTime() {
        long nanos =
                SYSTEM instanceof OperatingSystemMXBean system ? system.getProcessCpuTime() : 0;
        return Duration.ofNanos(Math.max(0, nanos));
    }

    /// The most memory that was resident at any one time, in bytes.
    public static OptionalLong peakMemory() {
        try (var lines = Files.lines(Path.of("/proc/self/status"))) {
            return lines.filter(line -> line.startsWith("VmHWM:"))
                    .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst();
        } catch (IOException _) {
            return OptionalLong.empty();
        }
    }

    /// The bytes of heap that are in use, after a collection of what is not: it takes its time.
    public static long liveHeap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    /// How many descriptors the process may have open at once.
    public static OptionalLong descriptorLimit() {
        return SYSTEM instanceof UnixOperatingSystemMXBean unix
                ? OptionalLong.of(unix.getMaxFileDescriptorCount())
                : OptionalLong.empty();
    }

    /// How many descriptors the process has open now.
    public static OptionalLong openDescriptors() {
        return SYSTEM instanceof UnixOperatingSystemMXBean unix
                ? OptionalLong.of(unix.getOpenFileDescriptorCount())
                : OptionalLong.empty();
    }

    /// How many connections to one address and port the system's range of ephemeral ports allows.
    public static OptionalLong ephemeralPorts() {
        // By lines: such a file answers one read only, and Files.readString begins with a small
        // one.
        try (var lines = Files.lines(Path.of("/proc/sys/net/ipv4/ip_local_port_range"))) {
            return lines.map(line -> line.strip().split("\\s+", -1))
                    .filter(ends -> ends.length == 2)
                    .mapToLong(ends -> Long.parseLong(ends[1]) - Long.parseLong(ends[0]) + 1)
                    .findFirst();
        } catch (IOException _) {
            return OptionalLong.empty();
        }
    }
}
