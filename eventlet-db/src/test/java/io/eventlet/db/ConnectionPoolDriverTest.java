// SPDX-License-Identifier: Apache-2.0
package io.eventlet.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.eventlet.net.GreenSocketFactory;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.DriverPropertyInfo;
import java.sql.SQLException;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Logger;

/// Pools of what a URL says.
@Timeout(60)
class ConnectionPoolDriverTest {
    private static final String GREEN = GreenSocketFactory.class.getName();

    private final FakeDatabase database = new FakeDatabase();
    private final List<Properties> asked = new CopyOnWriteArrayList<>();
    private final Driver driver = new FakeDriver();

    private final class FakeDriver implements Driver {
        @Override
        public Connection connect(String url, Properties properties) throws SQLException {
            asked.add(properties);
            return database.connect();
        }

        @Override
        public boolean acceptsURL(String url) {
            return url.endsWith("//fake/shop") || url.contains("//fake/shop?");
        }

        @Override
        public DriverPropertyInfo[] getPropertyInfo(String url, Properties properties) {
            return new DriverPropertyInfo[0];
        }

        @Override
        public int getMajorVersion() {
            return 1;
        }

        @Override
        public int getMinorVersion() {
            return 0;
        }

        @Override
        public boolean jdbcCompliant() {
            return false;
        }

        @Override
        public Logger getParentLogger() {
            return Logger.getGlobal();
        }
    }

    @BeforeEach
    void register() throws SQLException {
        DriverManager.registerDriver(driver);
    }

    @AfterEach
    void forget() throws SQLException {
        DriverManager.deregisterDriver(driver);
    }

    private Properties propertiesOf(ConnectionPoolBuilder builder) throws SQLException {
        try (var pool = builder.open()) {
            pool.getConnection().close();
        }
        return asked.getLast();
    }

    @Test
    void driverGetsUserPasswordAndProperties() throws SQLException {
        var properties =
                propertiesOf(
                        ConnectionPool.builder("jdbc:fake://fake/shop")
                                .user("shop")
                                .password("secret")
                                .property("charset", "utf8"));

        assertThat(properties)
                .containsOnly(
                        java.util.Map.entry("user", "shop"),
                        java.util.Map.entry("password", "secret"),
                        java.util.Map.entry("charset", "utf8"));
    }

    @Test
    void driversThatTakeGreenSocketsGetThem() throws SQLException {
        assertThat(propertiesOf(ConnectionPool.builder("jdbc:postgresql://fake/shop")))
                .containsEntry("socketFactory", GREEN);
        assertThat(propertiesOf(ConnectionPool.builder("jdbc:mariadb://fake/shop")))
                .containsEntry("socketFactory", GREEN);
    }

    @Test
    void socketsThatWereChosenStay() throws SQLException {
        assertThat(
                        propertiesOf(
                                ConnectionPool.builder(
                                        "jdbc:postgresql://fake/shop?socketFactory=Own")))
                .doesNotContainKey("socketFactory");
        assertThat(
                        propertiesOf(
                                ConnectionPool.builder("jdbc:postgresql://fake/shop")
                                        .property("socketFactory", "Own")))
                .containsEntry("socketFactory", "Own");
    }

    @Test
    void urlThatNoDriverTakesIsAnErrorAtOnce() {
        assertThatExceptionOfType(SQLException.class)
                .isThrownBy(() -> ConnectionPool.builder("jdbc:nobody:").open());
    }

    @Test
    void sourceTakesNoProperties() {
        assertThatIllegalStateException().isThrownBy(() -> database.pool().user("shop"));
    }
}
