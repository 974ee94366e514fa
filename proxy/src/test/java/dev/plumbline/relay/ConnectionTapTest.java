package dev.plumbline.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.wire.ConnectionId;
import dev.plumbline.wire.Leg;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
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
}
