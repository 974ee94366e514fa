package dev.plumbline.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.wire.ConnectionId;
import dev.plumbline.wire.Leg;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConnectionTapTest {
    /** The system's words are in the user's language. */
    @ParameterizedTest
    @CsvSource({
        "recvAddress(..) failed with error(-104): Connection reset by peer, true",
        "recvAddress(..) failed with error(-104): Die Verbindung wurde vom Kommunikationspartner zur\u00fcckgesetzt, true",
        "writev(..) failed with error(-32): Broken pipe, false",
    })
    void aResetIsKnownByItsNumber(String message, boolean isReset) {
        ConnectionId id = new ConnectionId(1);
        ConnectionTap tap = new ConnectionTap(id, Leg.SERVER, id, fact -> { });
        EmbeddedChannel channel = new EmbeddedChannel(tap);
        channel.pipeline().fireExceptionCaught(new IOException(message));
        assertThat(tap.wasReset()).isEqualTo(isReset);
    }

    /** Who stops the proxy resets all that is left; some of it ends by itself in between. */
    @Test
    void toResetWhatHasEndedIsNoError() throws Exception {
        MultiThreadIoEventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
        try {
            ConnectionId id = new ConnectionId(1);
            ConnectionTap tap = new ConnectionTap(id, Leg.SERVER, id, fact -> { });
            EpollSocketChannel channel = new EpollSocketChannel();
            channel.pipeline().addLast(tap);
            loops.register(channel).sync();
            channel.close().sync();
            assertThat(loops.submit(tap::reset).await().cause()).isNull();
        } finally {
            loops.shutdownGracefully(0, 0, TimeUnit.SECONDS);
        }
    }
}
