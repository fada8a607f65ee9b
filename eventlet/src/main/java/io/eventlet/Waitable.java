// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

/// Something that is ready at some time: a thread has ended, an event was sent, a queue has an
/// item. What a [Ready] waits for. Nothing else can be one: classes of users are refused.
public interface Waitable {}
