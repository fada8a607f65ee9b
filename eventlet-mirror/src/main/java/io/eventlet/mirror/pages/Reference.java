// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.pages;

import java.util.function.UnaryOperator;

/// Something in a page or a style sheet that leads elsewhere.
///
/// @param text as it is meant, without escapes, and without white space around it
/// @param from where it begins in the page
/// @param to where it ends there
/// @param escape how another text has to be written at its place
record Reference(Use use, String text, int from, int to, UnaryOperator<String> escape) {
    /// What a reference is for.
    enum Use {
        /// What all other references are relative to.
        BASE,
        /// It leads to another page.
        LINK,
        /// A link that must not be followed.
        NOFOLLOW,
        /// What it leads to is needed to show the page.
        NEEDED,
        /// Nobody follows it.
        OTHER,
        /// An attribute by which a browser may refuse what the reference of its tag leads to, which
        /// is the text; from name to end.
        GUARD
    }
}
