// SPDX-License-Identifier: Apache-2.0

/// What JUnit Jupiter runs around tests of programs that use green threads.
package io.eventlet.testing.junit;
