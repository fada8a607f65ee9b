// SPDX-License-Identifier: Apache-2.0
package io.eventlet.libraries;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.libraries.servers.HeldAnswers;
import io.eventlet.libraries.storm.Library;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.LineBasedFrameDecoder;
import io.netty.handler.codec.string.StringDecoder;
import io.netty.handler.codec.string.StringEncoder;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/// Libraries with event loops of their own: patching is to leave those alone.
final class LeftAlone {
    private static final InetSocketAddress ANY =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private LeftAlone() {}

    /// A server and a client of Netty, which both are there for the whole of a test.
    ///
    /// @param loops the threads of the event loops that handled something
    /// @param held its answers
    record Netty(EventLoopGroup group, Channel server, Map<Thread, Boolean> loops, HeldAnswers held)
            implements Library, AutoCloseable {
        static Netty open() throws InterruptedException {
            var group = new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
            Map<Thread, Boolean> loops = new ConcurrentHashMap<>();
            var held = new HeldAnswers();
            var server =
                    new ServerBootstrap()
                            .group(group)
                            .channel(NioServerSocketChannel.class)
                            .childHandler(lines(() -> new Answering(loops, held)))
                            .bind(ANY)
                            .sync()
                            .channel();
            return new Netty(group, server, loops, held);
        }

        private static ChannelInitializer<Channel> lines(
                java.util.function.Supplier<ChannelHandler> last) {
            return new ChannelInitializer<>() {
                @Override
                protected void initChannel(Channel channel) {
                    channel.pipeline()
                            .addLast(
                                    new LineBasedFrameDecoder(100),
                                    new StringDecoder(),
                                    new StringEncoder(),
                                    last.get());
                }
            };
        }

        private static final class Answering extends SimpleChannelInboundHandler<String> {
            private final Map<Thread, Boolean> loops;
            private final HeldAnswers held;

            Answering(Map<Thread, Boolean> loops, HeldAnswers held) {
                this.loops = loops;
                this.held = held;
            }

            @Override
            protected void channelRead0(ChannelHandlerContext context, String asked) {
                loops.put(Thread.currentThread(), true);
                String[] parts = asked.split("-", 2);
                var ignored =
                        held.released(Long.parseLong(parts[1]))
                                .thenRun(() -> context.writeAndFlush(parts[0] + "\n"));
            }
        }

        private static final class Answer extends SimpleChannelInboundHandler<String> {
            private final CompletableFuture<String> text = new CompletableFuture<>();

            @Override
            protected void channelRead0(ChannelHandlerContext context, String answer) {
                text.complete(answer);
            }
        }

        @Override
        public long ask(long question, long millis) throws Exception {
            var answer = new Answer();
            var channel =
                    new Bootstrap()
                            .group(group)
                            .channel(NioSocketChannel.class)
                            .handler(lines(() -> answer))
                            .connect(server.localAddress())
                            .sync()
                            .channel();
            try {
                channel.writeAndFlush(question + "-" + millis + "\n").sync();
                return Long.parseLong(answer.text.get());
            } finally {
                channel.close();
            }
        }

        @Override
        public void close() {
            server.close().syncUninterruptibly();
            group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
        }
    }

    /// A server and a client of gRPC, over the Netty in it.
    ///
    /// @param held answers of the server
    record Grpc(Server server, ManagedChannel channel, HeldAnswers held)
            implements Library, AutoCloseable {
        private static final MethodDescriptor.Marshaller<String> TEXT =
                new MethodDescriptor.Marshaller<>() {
                    @Override
                    public InputStream stream(String value) {
                        return new ByteArrayInputStream(value.getBytes(StandardCharsets.UTF_8));
                    }

                    @Override
                    public String parse(InputStream stream) {
                        try {
                            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    }
                };
        private static final MethodDescriptor<String, String> ASK =
                MethodDescriptor.<String, String>newBuilder()
                        .setType(MethodDescriptor.MethodType.UNARY)
                        .setFullMethodName("Echo/Ask")
                        .setRequestMarshaller(TEXT)
                        .setResponseMarshaller(TEXT)
                        .build();

        static Grpc open() throws IOException {
            var held = new HeldAnswers();
            var service =
                    ServerServiceDefinition.builder("Echo")
                            .addMethod(
                                    ASK,
                                    ServerCalls.asyncUnaryCall(
                                            (asked, to) -> answer(asked, to, held)))
                            .build();
            var server =
                    NettyServerBuilder.forAddress(ANY)
                            .executor(task -> Thread.ofPlatform().daemon().start(task))
                            .addService(service)
                            .build()
                            .start();
            var channel =
                    NettyChannelBuilder.forAddress("127.0.0.1", server.getPort())
                            .usePlaintext()
                            .build();
            return new Grpc(server, channel, held);
        }

        private static void answer(
                String asked, io.grpc.stub.StreamObserver<String> to, HeldAnswers held) {
            String[] parts = asked.split("-", 2);
            var ignored =
                    held.released(Long.parseLong(parts[1]))
                            .thenRun(() -> {
                                to.onNext(parts[0]);
                                to.onCompleted();
                            });
        }

        @Override
        public long ask(long question, long millis) {
            return Long.parseLong(
                    ClientCalls.blockingUnaryCall(
                            channel, ASK, CallOptions.DEFAULT, question + "-" + millis));
        }

        @Override
        public void close() {
            channel.shutdownNow();
            server.shutdownNow();
            try {
                boolean ended = channel.awaitTermination(50, TimeUnit.SECONDS);
                assertThat(ended && server.awaitTermination(50, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                throw new AssertionError("gRPC has not ended in time", e);
            }
        }
    }
}
