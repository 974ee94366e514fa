package dev.plumbline.relay.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.Errors;
import io.netty.channel.unix.Errors.NativeIoException;
import io.netty.handler.codec.DecoderException;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.channels.ClosedChannelException;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ChannelFaultTest {
    record Case(Throwable cause, String said) {
    }

    static Stream<Case> cases() {
        return Stream.of(
                new Case(new IOException("recvAddress(..) failed with error(-104): Connection reset by peer"), "connection reset by peer"),
                new Case(new IOException("recvAddress(..) failed: Connection reset by peer"), "connection reset by peer"),
                new Case(new IOException("syscall:writev(..) failed with error(-32): Broken pipe"), "broken pipe"),
                new Case(new ConnectException("connect(..) failed with error(-101): Network is unreachable: /192.0.2.1:443"), "network is unreachable"),
                new Case(new ConnectException("No route to host: example.com/192.0.2.1:443"), "no route to host"),
                new Case(new IOException("Connection reset"), "connection reset"),
                new Case(new IOException("TCP is odd"), "TCP is odd"),
                new Case(new ClosedChannelException(), "the connection was closed"),
                new Case(new IOException(), "IOException"),
                new Case(new DecoderException(new SSLHandshakeException("Received fatal alert: bad_record_mac")), "the peer sent the alert bad_record_mac"),
                new Case(new SSLException("something new"), "something new"));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void anEndIsToldInWordsForPeople(Case one) {
        assertThat(ChannelFault.said(one.cause())).isEqualTo(one.said());
    }

    /** A new version of the library may word it in another way. */
    @Test
    void whatTheLibrarySaysOfASystemCallIsLeftOut() {
        Epoll.ensureAvailability();
        NativeIoException reset = Errors.newIOException("recvAddress", Errors.ERRNO_ECONNRESET_NEGATIVE);
        assertThat(reset).hasMessageContaining("recvAddress");
        assertThat(ChannelFault.said(reset)).isEqualTo("connection reset by peer");
    }

    /** A user's language may not change what a fault is taken for. */
    @Test
    void theReasonIsToldByItsNumber() {
        Epoll.ensureAvailability();
        assertThat(ChannelFault.isErrno(Errors.newIOException("recvAddress", Errors.ERRNO_ECONNRESET_NEGATIVE), ChannelFault.CONNECTION_RESET)).isTrue();
        assertThat(ChannelFault.isErrno(Errors.newIOException("writev", Errors.ERRNO_EPIPE_NEGATIVE), ChannelFault.CONNECTION_RESET)).isFalse();
        ConnectException refused = new ConnectException("finishConnect(..) failed with error(-111): Verbindungsaufbau abgelehnt: /192.0.2.1:443");
        assertThat(ChannelFault.isErrno(refused, ChannelFault.CONNECTION_REFUSED)).isTrue();
        assertThat(ChannelFault.isErrno(refused, ChannelFault.ADDRESS_IN_USE)).isFalse();
        assertThat(ChannelFault.isErrno(new IOException(), ChannelFault.ADDRESS_NOT_AVAILABLE)).isFalse();
    }
}
