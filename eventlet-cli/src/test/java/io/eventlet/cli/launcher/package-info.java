// SPDX-License-Identifier: Apache-2.0
/// `bin/eventlet` as a process.
package io.eventlet.cli.launcher;
