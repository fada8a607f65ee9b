// SPDX-License-Identifier: Apache-2.0
package io.eventlet.db;

import java.sql.SQLException;

/// What was got from a connection that is lent, and must lead nowhere once that is given back.
interface EndsWithLoan {
    /// Called when the connection is given back; what it throws is thrown away with the connection.
    void endWithLoan() throws SQLException;
}
