// SPDX-License-Identifier: Apache-2.0

/// Green threads as what stands beside them sees them: drafts before they are made, members of
/// pools while they run, outcomes when they have ended. Pools of other packages, and servers, use
/// permits of a `GreenPool` by it. Not exported.
package io.eventlet.member;
