// SPDX-License-Identifier: Apache-2.0

/// Tools for tests of programs that use green threads.
///
/// A [io.eventlet.testing.MemoryNetwork] stands in for the sockets of the kernel: what a program
/// listens on and connects to stays inside the JVM.
package io.eventlet.testing;
