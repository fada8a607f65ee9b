// SPDX-License-Identifier: Apache-2.0
package io.eventlet.offload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;

/// Objects whose methods are offloaded.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class OffloadProxyTest {
    private final Offload offload = Offload.named("driver", 2);

    @AfterEach
    void closeOffload() {
        offload.close();
    }

    /// A library that blocks.
    interface Driver {
        Link connect(String url) throws IOException;

        default String describe() {
            return "a driver on " + threadName();
        }

        Object anything();
    }

    interface Link {
        String where();

        Iterator<String> rows();
    }

    private static String threadName() {
        return Thread.currentThread().getName();
    }

    private record BlockingLink() implements Link {
        @Override
        public String where() {
            return threadName();
        }

        @Override
        public Iterator<String> rows() {
            return new Iterator<>() {
                @Override
                public boolean hasNext() {
                    return true;
                }

                @Override
                public String next() {
                    return threadName();
                }
            };
        }
    }

    private record BlockingDriver(String name) implements Driver {
        @Override
        public Link connect(String url) throws IOException {
            if (url.isEmpty()) {
                throw new IOException("no address");
            }
            return new BlockingLink();
        }

        @Override
        public Object anything() {
            return new BlockingLink();
        }

        @Override
        public String toString() {
            return name + " asked on " + threadName();
        }
    }

    /// From Eventlet's tpool_test.py: TestTpool.test_wrap_module_class, as a method.
    @Test
    void methodsRunOnThreadsOfThePool() {
        var driver = offload.proxy(Driver.class, new BlockingDriver("d"));

        assertThat(driver.describe()).startsWith("a driver on driver-");
    }

    /// From Eventlet's tpool_test.py: TestTpool.test_wrap_eq, .test_wrap_hash, .test_wrap_string.
    @Test
    void questionsOfEveryObjectAreAnsweredDirectly() {
        var driver = offload.proxy(Driver.class, new BlockingDriver("d"));
        var same = offload.proxy(Driver.class, new BlockingDriver("d"));

        assertThat(driver)
                .isEqualTo(same)
                .hasSameHashCodeAs(same)
                .hasToString("d asked on " + threadName())
                .isNotEqualTo(offload.proxy(Driver.class, new BlockingDriver("other")))
                .isNotEqualTo(new BlockingDriver("d"));
        assertThat(offload.statistics().done()).isZero();
    }

    /// From Eventlet's tpool_test.py: TestTpool.test_raising_exceptions.
    @Test
    void methodsThrowWhatTheyDeclare() {
        var driver = offload.proxy(Driver.class, new BlockingDriver("d"));

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> driver.connect(""))
                .withMessage("no address");
    }

    /// From Eventlet's tpool_test.py: TestTpool.test_autowrap.
    @Test
    void resultsOfGivenInterfacesAreWrapped() throws Exception {
        var plain = offload.proxy(Driver.class, new BlockingDriver("d"));
        var wrapping = offload.proxy(Driver.class, new BlockingDriver("d"), Link.class);

        assertThat(plain.connect("x").where()).isEqualTo(threadName());
        assertThat(wrapping.connect("x").where()).startsWith("driver-");
        assertThat(((Link) wrapping.anything()).where()).startsWith("driver-");
    }

    /// From Eventlet's tpool_test.py: TestTpool.test_wrap_iterator2.
    @Test
    void eachStepOfAnIteratorIsACall() throws Exception {
        var driver = offload.proxy(Driver.class, new BlockingDriver("d"), Link.class);

        var rows = driver.connect("x").rows();

        assertThat(rows.hasNext()).isTrue();
        assertThat(rows.next()).startsWith("driver-");
    }

    /// From Eventlet's tpool_test.py: TestTpool.test_wrap_dict, .test_wrap_tuple.
    @Test
    @SuppressWarnings("unchecked")
    void collectionsOfTheJdkCanBeOffloaded() {
        Map<String, Integer> map = offload.proxy(Map.class, Map.of("a", 1), Collection.class);

        assertThat(map.get("a")).isEqualTo(1);
        assertThat(map.get("b")).isNull();
        int sum = 0;
        for (int value : map.values()) {
            sum += value;
        }
        assertThat(sum).isEqualTo(1);
        assertThat(offload.statistics().done()).isGreaterThanOrEqualTo(6);
    }

    /// From Eventlet's tpool_test.py: TestTpool.test_callable.
    @Test
    @SuppressWarnings("unchecked")
    void functionsCanBeOffloaded() throws Exception {
        Callable<String> function = offload.proxy(Callable.class, () -> threadName());

        assertThat(function.call()).startsWith("driver-");
    }

    @Test
    @SuppressWarnings("unchecked")
    void resultThatIsWrappedIsNotWrappedTwice() {
        var link = offload.proxy(Link.class, new BlockingLink());
        Supplier<Link> supplier = offload.proxy(Supplier.class, () -> link, Link.class);

        assertThat(supplier.get()).isSameAs(link);
    }

    @Test
    void onlyInterfacesCanBeOffloaded() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> offload.proxy(String.class, "text"))
                .withMessage(
                        "only a public interface, exported if it is in a module, can be offloaded,"
                                + " and not class java.lang.String");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> offload.proxy(List.class, List.of(), Integer.class));
    }
}
