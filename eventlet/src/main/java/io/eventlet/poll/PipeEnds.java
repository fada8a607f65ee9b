// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

/// The two ends of a pipe: what is written to the one is read from the other.
public record PipeEnds(ByteEndpoint source, ByteEndpoint sink) {}
