// SPDX-License-Identifier: Apache-2.0

/// What a green socket shows to TLS and to servers, which stand on it in packages of their own, and
/// not to its users. Not exported.
package io.eventlet.transport;
