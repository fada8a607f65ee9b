// SPDX-License-Identifier: Apache-2.0
package io.eventlet.benchmarks

import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Deferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.selects.selectUnbiased
import kotlinx.coroutines.sync.Semaphore
import org.openjdk.jmh.infra.Blackhole
import java.util.concurrent.atomic.LongAdder
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.EmptyCoroutineContext

/**
 * The same conversations between coroutines of Kotlin: on one thread, which is that of
 * `runBlocking` with its event loop, or on the threads of `Dispatchers.Default`.
 */
object Coroutines {
    /** As many items as there is room for; 0 is a rendezvous, and the largest number no limit. */
    private fun channel(capacity: Int): Channel<Int> = Channel(capacity)

    private fun threads(onOne: Boolean): CoroutineContext =
        if (onOne) EmptyCoroutineContext else Dispatchers.Default

    @JvmStatic
    fun stream(onOne: Boolean, capacity: Int, messages: Int, sink: Blackhole) =
        runBlocking(threads(onOne)) {
            val channel = channel(capacity)
            launch {
                for (i in 0 until messages) {
                    channel.send(i)
                }
            }
            for (i in 0 until messages) {
                sink.consume(channel.receive())
            }
        }

    @JvmStatic
    fun pingPong(onOne: Boolean, capacity: Int, rounds: Int, sink: Blackhole) =
        runBlocking(threads(onOne)) {
            val there = channel(capacity)
            val back = channel(capacity)
            launch {
                for (i in 0 until rounds) {
                    back.send(there.receive())
                }
            }
            for (i in 0 until rounds) {
                there.send(i)
                sink.consume(back.receive())
            }
        }

    @JvmStatic
    fun permits(operations: Int) = runBlocking {
        val semaphore = Semaphore(1)
        for (i in 0 until operations) {
            semaphore.acquire()
            semaphore.release()
        }
    }

    @JvmStatic
    fun handOverPermits(onOne: Boolean, rounds: Int) = runBlocking(threads(onOne)) {
        val there = Semaphore(1, 1)
        val back = Semaphore(1, 1)
        launch {
            for (i in 0 until rounds) {
                there.acquire()
                back.release()
            }
        }
        for (i in 0 until rounds) {
            there.release()
            back.acquire()
        }
    }

    @JvmStatic
    fun sendNews(onOne: Boolean, rounds: Int, sink: Blackhole) = runBlocking(threads(onOne)) {
        val there = Array(rounds) { CompletableDeferred<Int>() }
        val back = Array(rounds) { CompletableDeferred<Int>() }
        launch {
            for (i in 0 until rounds) {
                back[i].complete(there[i].await())
            }
        }
        for (i in 0 until rounds) {
            there[i].complete(i)
            sink.consume(back[i].await())
        }
    }

    @JvmStatic
    fun select(capacity: Int, messages: Int, sink: Blackhole) = runBlocking {
        val first = channel(capacity)
        val second = channel(capacity)
        for (channel in listOf(first, second)) {
            launch {
                for (i in 0 until messages / 2) {
                    channel.send(i)
                }
            }
        }
        for (i in 0 until messages) {
            sink.consume(selectUnbiased<Int> {
                first.onReceive { it }
                second.onReceive { it }
            })
        }
    }

    /** The results in the order of the items, at most so many at a time. */
    @JvmStatic
    fun map(onOne: Boolean, concurrency: Int, items: List<Int>, millis: Long, sink: Blackhole) =
        runBlocking(threads(onOne)) {
            val permits = Semaphore(concurrency)
            val inProgress = Channel<Deferred<Int>>(concurrency)
            launch {
                for (item in items) {
                    permits.acquire()
                    inProgress.send(async { work(item, millis).also { permits.release() } })
                }
                inProgress.close()
            }
            for (result in inProgress) {
                sink.consume(result.await())
            }
        }

    /** A coroutine for each task, at most so many at a time. */
    @JvmStatic
    fun pool(onOne: Boolean, concurrency: Int, tasks: Int, millis: Long, sum: LongAdder) =
        runBlocking(threads(onOne)) {
            val permits = Semaphore(concurrency)
            for (i in 0 until tasks) {
                permits.acquire()
                launch {
                    sum.add(work(i, millis).toLong())
                    permits.release()
                }
            }
        }

    /** As [Work], which is compiled later. */
    private suspend fun work(item: Int, millis: Long): Int {
        if (millis > 0) {
            delay(millis)
        }
        return item + 1
    }
}
