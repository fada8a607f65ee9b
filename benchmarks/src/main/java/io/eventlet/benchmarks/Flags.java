// SPDX-License-Identifier: Apache-2.0
package io.eventlet.benchmarks;

/// Options of the forked JVMs, as constants because they are used in annotations.
final class Flags {

    /// What hub mode needs.
    static final String OPENS = "--add-opens=java.base/java.lang=ALL-UNNAMED";

    static final String NATIVE = "--enable-native-access=ALL-UNNAMED";

    /// Without the map of all threads that the JDK keeps for its thread dumps.
    static final String UNTRACKED = "-Djdk.trackAllThreads=false";

    /// The JDK's own scheduler with one carrier, which is what one hub is.
    static final String ONE_CARRIER = "-Djdk.virtualThreadScheduler.parallelism=1";

    static final String ONE_CARRIER_AT_MOST = "-Djdk.virtualThreadScheduler.maxPoolSize=1";

    private Flags() {}
}
