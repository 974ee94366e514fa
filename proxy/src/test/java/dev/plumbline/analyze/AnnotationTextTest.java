package dev.plumbline.analyze;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.wire.Heading;
import dev.plumbline.wire.Leg;
import dev.plumbline.wire.PacketId;
import dev.plumbline.wire.WireRange;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class AnnotationTextTest {
    @ParameterizedTest
    @CsvSource({"4000,4 µs", "999999,999 µs", "2300000,2.3 ms", "9949000,9.9 ms", "9950000,10 ms", "204000000,204 ms", "999499999,999 ms", "999500000,1.0 s",
        "9949000000,9.9 s", "9950000000,10 s", "75000000000,75 s"})
    void durationsKeepTwoDigitsOrThree(long nanos, String text) {
        assertThat(AnnotationText.duration(nanos)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "RETRANSMISSION|SERVER|TO_SERVER|1448|204000000|retransmission of 1,448 octets 204 ms after p812",
        "RETRANSMISSION|SERVER|TO_SERVER|0|1000000000|retransmission of a SYN or FIN 1.0 s after p812",
        "FAST_RETRANSMISSION|SERVER|TO_CLIENT|1|2300000|fast retransmission of 1 octet 2.3 ms after p812",
        "SPURIOUS_RETRANSMISSION|SERVER|TO_CLIENT|100|0|retransmission of 100 octets that the proxy had acknowledged in p812",
        "OUT_OF_ORDER|SERVER|TO_CLIENT|100|4000|100 octets out of order, overtaken by p812",
        "DUPLICATE_ACK|CLIENT|TO_SERVER|0|0|the client acknowledges the same again as in p812",
        "LOST_SEGMENT|SERVER|TO_CLIENT|2896|0|2,896 octets before it were not captured so far",
        "ACKED_UNSEEN_SEGMENT|SERVER|TO_CLIENT|0|0|the origin acknowledges octets that no captured packet shows",
        "ZERO_WINDOW|CLIENT|TO_SERVER|0|0|the client does not read: its window is closed",
        "ZERO_WINDOW|CLIENT|TO_SERVER|0|1800000000|the client has not read for 1.8 s: its window is closed",
        "ZERO_WINDOW_PROBE|CLIENT|TO_CLIENT|1|204000000|the proxy asks whether the window of the client is still closed, after 204 ms",
        "ZERO_WINDOW_PROBE_ACK|CLIENT|TO_SERVER|0|0|the window of the client is still closed, answering p812",
        "WINDOW_FULL|CLIENT|TO_CLIENT|1448|0|fills the window of the client, announced in p812",
        "WINDOW_UPDATE|CLIENT|TO_SERVER|0|0|new window of the client",
        "WINDOW_UPDATE|CLIENT|TO_SERVER|0|12000000000|the client reads again, its window was closed for 12 s",
        "KEEP_ALIVE|SERVER|TO_SERVER|0|0|keep-alive of the proxy",
        "KEEP_ALIVE_ACK|SERVER|TO_CLIENT|0|0|answer of the origin to a keep-alive, p812",
        "REUSED_PORTS|CLIENT|TO_SERVER|0|0|ports of an earlier connection",
        "DELAYED_ACK|SERVER|TO_CLIENT|0|40000000|the origin held its acknowledgement of p812 back, which kept the proxy waiting for 40 ms",
        "CONNECT_REFUSED|SERVER|TO_CLIENT|0|0|the origin refused the connection, answering p812",
        "CONNECT_UNANSWERED|SERVER|TO_SERVER|0|7000000000|the origin did not answer the SYN",
        "RESET|SERVER|TO_CLIENT|0|0|the origin reset the connection",
    })
    void itReadsAsASentence(AnnotationCode code, Leg leg, Heading heading, long octets, long nanos, String text) {
        Optional<WireRange> range = octets == 0 ? Optional.empty() : Optional.of(new WireRange(10, 10 + octets));
        Annotation annotation = new Annotation(code, Dialogue.FLOW, heading, range, List.of(new PacketId(900), new PacketId(812)), 5, 5 + nanos);
        assertThat(AnnotationText.PLAIN.of(annotation, Ends.of(leg, false))).isEqualTo(text);
    }

    @ParameterizedTest
    @EnumSource(AnnotationCode.class)
    void itReadsWithoutFurtherEvidenceToo(AnnotationCode code) {
        Annotation annotation = new Annotation(code, Dialogue.FLOW, Heading.TO_CLIENT, Optional.empty(), List.of(new PacketId(900)), 5, 5);
        assertThat(AnnotationText.PLAIN.of(annotation, Ends.of(Leg.SERVER, false))).isNotEmpty().doesNotContain("  ").doesNotEndWith(" ").doesNotContain("p900");
    }

    @Test
    void packetsAreCalledAsTheCallerDoes() {
        Annotation annotation = new Annotation(
                AnnotationCode.DUPLICATE_ACK, Dialogue.FLOW, Heading.TO_CLIENT, Optional.empty(), List.of(new PacketId(900), new PacketId(812)), 5, 5);
        assertThat(new AnnotationText(p -> "frame " + (p.number() - 800)).of(annotation, Ends.of(Leg.SERVER, false))).endsWith("as in frame 12");
    }
}
