// SPDX-License-Identifier: Apache-2.0

/// Checksums: those that servers send with files, and those that are in files of the tree.
@org.jspecify.annotations.NullMarked
package io.eventlet.mirror.checks;
