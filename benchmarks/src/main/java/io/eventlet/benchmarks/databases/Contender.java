// SPDX-License-Identifier: Apache-2.0
package io.eventlet.benchmarks.databases;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;

import io.agroal.api.AgroalDataSource;
import io.agroal.api.configuration.supplier.AgroalDataSourceConfigurationSupplier;
import io.eventlet.db.ConnectionPool;

import java.sql.SQLException;
import java.time.Duration;

import javax.sql.DataSource;

/// A pool of connections, all open, for which one may wait for minutes.
public enum Contender {
    EVENTLET {
        @Override
        public DataSource open(int connections) throws SQLException {
            return ConnectionPool.builder(new FakeDriver())
                    .min(connections)
                    .max(connections)
                    .limit(PATIENCE)
                    .open();
        }
    },

    HIKARI {
        @Override
        public DataSource open(int connections) {
            var config = new HikariConfig();
            config.setDataSource(new FakeDriver());
            config.setMinimumIdle(connections);
            config.setMaximumPoolSize(connections);
            config.setConnectionTimeout(PATIENCE.toMillis());
            return new HikariDataSource(config);
        }
    },

    AGROAL {
        @Override
        public DataSource open(int connections) throws SQLException {
            return AgroalDataSource.from(
                    new AgroalDataSourceConfigurationSupplier()
                            .connectionPoolConfiguration(pool ->
                                    pool.initialSize(connections)
                                            .minSize(connections)
                                            .maxSize(connections)
                                            .acquisitionTimeout(PATIENCE)
                                            .connectionFactoryConfiguration(factory ->
                                                    factory.connectionProviderClass(
                                                            FakeDriver.class))));
        }
    };

    private static final Duration PATIENCE = Duration.ofMinutes(5);

    public abstract DataSource open(int connections) throws SQLException;
}
