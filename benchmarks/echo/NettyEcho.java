// SPDX-License-Identifier: Apache-2.0

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;

/// Echo on Netty: one event loop, which accepts as well; the native transport that is asked for.
/// epoll is NIO where it does not load, io_uring an error.
///
/// Usage: `java -cp 'netty/*:.' NettyEcho PORT epoll|io_uring`. The first line of its output names
/// the transport.
final class NettyEcho {

    public static void main(String[] arguments) throws InterruptedException {
        boolean ring = arguments[1].equals("io_uring");
        boolean epoll = !ring && Epoll.isAvailable();
        if (ring) {
            IoUring.ensureAvailability();
        }
        System.out.println(
                "transport "
                        + (ring
                                ? "io_uring"
                                : epoll ? "epoll" : "nio: " + Epoll.unavailabilityCause()));
        IoHandlerFactory io =
                ring
                        ? IoUringIoHandler.newFactory()
                        : epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        Class<? extends ServerChannel> channel =
                ring
                        ? IoUringServerSocketChannel.class
                        : epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
        var loop = new MultiThreadIoEventLoopGroup(1, io);
        new ServerBootstrap()
                .group(loop)
                .channel(channel)
                .option(ChannelOption.SO_BACKLOG, 4096)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(
                        new ChannelInitializer<SocketChannel>() {
                            @Override
                            protected void initChannel(SocketChannel connection) {
                                connection.pipeline().addLast(EchoHandler.INSTANCE);
                            }
                        })
                .bind("127.0.0.1", Integer.parseInt(arguments[0]))
                .sync()
                .channel()
                .closeFuture()
                .sync();
    }

    @Sharable
    private static final class EchoHandler extends ChannelInboundHandlerAdapter {
        static final EchoHandler INSTANCE = new EchoHandler();

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            context.write(message, context.voidPromise());
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            context.flush();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close();
        }
    }
}
