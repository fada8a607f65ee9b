// SPDX-License-Identifier: Apache-2.0
package io.eventlet.member;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.AbstractExecutorService;

/// A pool as what has permits: behind each `GreenPool`, so that these are found by [Permits#of] and
/// are no method of it.
public abstract class PermitPool extends AbstractExecutorService {
    final Permits permits;

    protected PermitPool(@Nullable String name, int size) {
        permits = new Permits(name, size);
    }

    protected final Permits permits() {
        return permits;
    }
}
