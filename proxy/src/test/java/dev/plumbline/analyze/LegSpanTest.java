package dev.plumbline.analyze;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.wire.Heading;
import dev.plumbline.wire.PacketId;
import dev.plumbline.wire.WireRange;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LegSpanTest {
    private static final LegSpan SPAN = new LegSpan(List.of(new WireRange(100, 200)), List.of(new WireRange(1_000, 1_100), new WireRange(1_500, 2_000)), 5_000, 6_000);

    @ParameterizedTest
    @CsvSource({
        "TO_SERVER, 100, 200, true", "TO_SERVER, 199, 300, true", "TO_SERVER, 0, 101, true", "TO_SERVER, 200, 300, false", "TO_SERVER, 0, 100, false",
        "TO_CLIENT, 100, 200, false", "TO_CLIENT, 1100, 1500, false", "TO_CLIENT, 1099, 1500, true", "TO_CLIENT, 0, 9000, true",
    })
    void whatIsAboutOctetsTouchesWhoseOctetsTheyAre(Heading heading, long start, long end, boolean touches) {
        assertThat(SPAN.touches(annotation(heading, Optional.of(new WireRange(start, end)), 9_999))).isEqualTo(touches);
    }

    @ParameterizedTest
    @CsvSource({"4999, false", "5000, true", "6000, true", "6001, false"})
    void whatIsAboutNoneTouchesWhoseTimeItFallsInto(long at, boolean touches) {
        assertThat(SPAN.touches(annotation(Heading.TO_CLIENT, Optional.empty(), at))).isEqualTo(touches);
    }

    @Test
    void anExchangeThatGoesOnHasNoLatest() {
        assertThat(new LegSpan(List.of(), List.of(), 5, Long.MAX_VALUE).latest()).isEqualTo(Long.MAX_VALUE);
        assertThat(SPAN.latest()).isGreaterThan(6_000);
        assertThat(SPAN.earliest()).isLessThan(5_000);
    }

    private static Annotation annotation(Heading heading, Optional<WireRange> range, long at) {
        return new Annotation(AnnotationCode.RETRANSMISSION, Dialogue.FLOW, heading, range, List.of(new PacketId(1)), at, at);
    }
}
