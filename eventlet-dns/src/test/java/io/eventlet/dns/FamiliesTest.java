// SPDX-License-Identifier: Apache-2.0
package io.eventlet.dns;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.net.spi.InetAddressResolver.LookupPolicy;
import java.util.List;

/// Which families of addresses are looked for.
@Timeout(60)
class FamiliesTest {
    @Test
    void withoutIpv6InTheKernelNobodyIsAskedForIt() {
        var policy = Families.ofJvm(false);

        assertThat(Families.types(policy, true)).containsExactly(RecordType.A);
        assertThat(policy.characteristics()).isEqualTo(LookupPolicy.IPV4);
    }

    @Test
    void withIpv6InTheKernelBothAreAskedFor() {
        assertThat(Families.types(Families.ofJvm(true), true))
                .containsExactly(RecordType.A, RecordType.AAAA);
    }

    /// To the JDK a JVM with this property is one without IPv6.
    @Test
    void whetherThereIsIpv6IsAsTheJdkSeesIt() throws Exception {
        var without =
                ChildJvm.run(
                        ChildJvm.PATH,
                        List.of("-Djava.net.preferIPv4Stack=true"),
                        LookupProgram.class,
                        "families");

        assertThat(without).contains("IPv6: false");
    }
}
