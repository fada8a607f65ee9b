// SPDX-License-Identifier: Apache-2.0
package io.eventlet.resource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.eventlet.Eventlet;
import io.eventlet.Eventually;
import io.eventlet.LimitExpired;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.time.Duration;

/// Tokens that are lent.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class TokenPoolTest {
    /// As Eventlet's pools.TokenPool.
    @Test
    void tokensAreLentAsLongAsThereAreSome() {
        var tokens = new TokenPool(2);
        var first = tokens.item();
        var second = tokens.item();

        assertThat(first.get()).isNotEqualTo(second.get());
        assertThatExceptionOfType(LimitExpired.class)
                .isThrownBy(() -> tokens.item(Duration.ofMillis(2)));
        first.close();
        assertThat(tokens.free()).isEqualTo(1);
    }

    @Test
    void tokenGoesToWhoHasWaitedLongest() {
        var tokens = new TokenPool(1);
        var token = tokens.item();
        var waiter = Eventlet.spawn(() -> tokens.item());
        Eventually.until(() -> tokens.waiting() == 1);

        token.close();

        assertThat(waiter.await()).asString().isEqualTo("lease of token");
        assertThat(tokens.free()).isZero();
    }
}
