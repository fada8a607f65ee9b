// SPDX-License-Identifier: Apache-2.0

/// The words of the kernel and of the JVM, one file a facility, without policy.
///
/// Only this package uses `java.lang.foreign`, and only [VirtualThreads] reaches into the JDK.
/// Calls into the kernel return what the kernel returns, or `-errno`.
package io.eventlet.os;
