// SPDX-License-Identifier: Apache-2.0
package io.eventlet.libraries;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;

import io.eventlet.libraries.storm.Library;
import io.eventlet.net.GreenSocketFactory;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;

import javax.sql.DataSource;

/// A database, over green sockets if nobody says otherwise.
///
/// @param url of its driver
/// @param query that gives a number back, after so many seconds
/// @param onSocketsOfTheJdk as its driver is without a word about sockets
record Database(String url, String query, boolean onSocketsOfTheJdk) {
    static final int POOLED = 8; // connections, of a pool

    static Database postgres(String url) {
        return new Database(url, "select cast(? as bigint), pg_sleep(?)", false);
    }

    static Database mariadb(String url) {
        return new Database(url, "select ?, sleep(?)", false);
    }

    Database withSocketsOfTheJdk() {
        return new Database(url, query, true);
    }

    Connection connect() throws SQLException {
        return DriverManager.getConnection(url, driverProperties());
    }

    private Properties driverProperties() {
        var properties = new Properties();
        if (onSocketsOfTheJdk) {
            return properties;
        }
        properties.setProperty("socketFactory", GreenSocketFactory.class.getName());
        return properties;
    }

    /// A pool of connections that are never more than [#POOLED].
    HikariDataSource pool() {
        var config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setDataSourceProperties(driverProperties());
        config.setMaximumPoolSize(POOLED);
        return new HikariDataSource(config);
    }

    long ask(Connection connection, long question, long millis) throws SQLException {
        try (var statement = connection.prepareStatement(query)) {
            statement.setLong(1, question);
            statement.setDouble(2, millis / 1000.0);
            try (var answer = statement.executeQuery()) {
                if (!answer.next()) {
                    throw new AssertionError("question %d has no answer".formatted(question));
                }
                return answer.getLong(1);
            }
        }
    }

    /// Asks by a connection of a pool.
    Library over(DataSource pool) {
        return (question, millis) -> {
            try (var connection = pool.getConnection()) {
                return ask(connection, question, millis);
            }
        };
    }
}
