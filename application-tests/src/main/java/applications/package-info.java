// SPDX-License-Identifier: Apache-2.0
/// Web applications, each as its makers' first steps show it.
@NullMarked
package applications;

import org.jspecify.annotations.NullMarked;
