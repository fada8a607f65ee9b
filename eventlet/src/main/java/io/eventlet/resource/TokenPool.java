// SPDX-License-Identifier: Apache-2.0
package io.eventlet.resource;

import io.eventlet.GreenSemaphore;

/// A pool of tokens: who has one may use some of what there is little of.
///
/// ```java
/// var connections = new TokenPool(20);
/// try (var _ = connections.item()) {          // waits while twenty are lent
///     fetch(url);
/// }
/// ```
///
/// A [GreenSemaphore] whose permits cannot be given back twice, nor by who has none.
public final class TokenPool extends ResourcePool<TokenPool.Token, RuntimeException> {
    /// The right to use something.
    public static final class Token {
        private Token() {}

        @Override
        public String toString() {
            return "token";
        }
    }

    /// A pool of so many tokens.
    public TokenPool(int size) {
        super(ResourcePool.<Token, RuntimeException>builder(Token::new).max(size));
    }
}
