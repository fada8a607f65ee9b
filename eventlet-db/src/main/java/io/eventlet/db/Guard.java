// SPDX-License-Identifier: Apache-2.0
package io.eventlet.db;

import java.sql.SQLException;
import java.sql.Wrapper;

/// What stands before an object of the driver's, to see what it throws and to keep what it leads to
/// within the loan of its connection.
///
/// The methods that only pass calls on are in subclasses which [Guards] makes. Those hand what a
/// method returns to `lent`, where there is one of that type.
abstract class Guard<T extends Wrapper> implements Wrapper {
    T delegate; // replaced when a connection is given back

    Guard(T delegate) {
        this.delegate = delegate;
    }

    /// The connection that it leads to.
    abstract GuardedConnection connection();

    /// Notes what the driver has thrown; `throw failed(e)`, which throws what is not an
    /// `SQLException` itself.
    final SQLException failed(Throwable error) {
        connection().note(error);
        return switch (error) {
            case SQLException e -> e;
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default -> new SQLException(error);
        };
    }

    // ---- java.sql.Wrapper

    /// Itself if it is one, or what the driver has: nothing that is done to that is seen.
    @Override
    public final <U> U unwrap(Class<U> type) throws SQLException {
        if (type.isInstance(this)) {
            return type.cast(this);
        }
        var wrapped = delegate;
        return type.isInstance(wrapped) ? type.cast(wrapped) : wrapped.unwrap(type);
    }

    @Override
    public final boolean isWrapperFor(Class<?> type) throws SQLException {
        return type.isInstance(this) || type.isInstance(delegate) || delegate.isWrapperFor(type);
    }

    @Override
    public String toString() {
        return "lent " + delegate;
    }
}
