// SPDX-License-Identifier: Apache-2.0
package io.eventlet.benchmarks

import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.selects.selectUnbiased
import kotlinx.coroutines.sync.Semaphore
import org.openjdk.jmh.infra.Blackhole
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
}
