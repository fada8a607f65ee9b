// SPDX-License-Identifier: Apache-2.0

/// Looking into a running program: what its threads do and wait for, and whether that can end.
///
/// A [io.eventlet.diagnosis.Dump] shows every green thread of every hub;
/// [io.eventlet.diagnosis.Deadlocks] tells of threads that wait for ever; by
/// [io.eventlet.diagnosis.Diagnosis] both are had from outside.
package io.eventlet.diagnosis;
