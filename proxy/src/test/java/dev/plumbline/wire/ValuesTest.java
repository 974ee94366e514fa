package dev.plumbline.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ranges, ids, endpoints. */
class ValuesTest {
    @Test
    void aRangeIsHalfOpen() {
        assertThat(new WireRange(3, 9).length()).isEqualTo(6);
        assertThat(new PlainRange(3, 3).isEmpty()).isTrue();
        assertThat(new WireRange(3, 9)).hasToString("[3,9)");
    }

    @Test
    void aRangeThatEndsBeforeItStartsIsRefused() {
        assertThatThrownBy(() -> new WireRange(9, 3)).hasMessage("end: 3 (expected: >= start 9)");
        assertThatThrownBy(() -> new PlainRange(-1, 3)).hasMessage("start: -1 (expected: >= 0)");
    }

    @Test
    void anExchangeIdIsReadAsItIsWritten() {
        ExchangeId id = new ExchangeId(new ConnectionId(12), 3);
        assertThat(ExchangeId.parse(id.toString())).contains(id);
        assertThat(ExchangeId.parse("c999999999.999999999")).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "c1", "1.2", "c0.1", "c1.0", "c01.1", "c1.2 ", "c1.2.3", "C1.2", "c9999999999.1", "c-1.2"})
    void whatIsNoExchangeIdIsEmpty(String text) {
        assertThat(ExchangeId.parse(text)).isEmpty();
    }

    @Test
    void idsCountFromOne() {
        assertThatThrownBy(() -> new ConnectionId(0)).hasMessageContaining("expected: >= 1");
        assertThatThrownBy(() -> new FlowId(0)).hasMessageContaining("expected: >= 1");
        assertThatThrownBy(() -> new PacketId(0)).hasMessageContaining("expected: >= 1");
        assertThat(new PacketId(812)).hasToString("p812");
    }

    @Test
    void anEndpointIsShownSoThatItsPortIsPlain() {
        assertThat(new Endpoint(IpAddress.v4(0x7f000001), 80)).hasToString("127.0.0.1:80");
        assertThat(new Endpoint(new IpAddress(0, 1), 80)).hasToString("[::1]:80");
        assertThatThrownBy(() -> new Endpoint(IpAddress.v4(0), 65_536)).hasMessage("port: 65536 (expected: 0..65535)");
    }

    @Test
    void aTupleTurnedRoundTwiceIsItself() {
        FourTuple tuple = new FourTuple(new Endpoint(IpAddress.v4(1), 2), new Endpoint(IpAddress.v4(3), 4));
        assertThat(tuple.reversed()).isNotEqualTo(tuple);
        assertThat(tuple.reversed().reversed()).isEqualTo(tuple);
    }
}
