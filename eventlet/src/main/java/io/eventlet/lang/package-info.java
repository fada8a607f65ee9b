// SPDX-License-Identifier: Apache-2.0

/// What the packages of this library say to the JDK: sections under locks, durations and lists as
/// people read them, and what people have set. Not exported.
package io.eventlet.lang;
