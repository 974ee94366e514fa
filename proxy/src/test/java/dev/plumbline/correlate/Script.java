package dev.plumbline.correlate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.correlate.Finding.ConnectionSettled;
import dev.plumbline.correlate.Finding.FlowBound;
import dev.plumbline.correlate.Finding.FlowSeen;
import dev.plumbline.correlate.Finding.FlowUnbound;
import dev.plumbline.correlate.Finding.MessageCovered;
import dev.plumbline.correlate.Finding.PacketPlaced;
import dev.plumbline.correlate.Finding.PieceSeen;
import dev.plumbline.fact.CaptureFact.InterfaceOpened;
import dev.plumbline.fact.CaptureFact.SegmentsSeen;
import dev.plumbline.fact.Fact;
import dev.plumbline.fact.Segment;
import dev.plumbline.wire.IpAddress;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A dialogue with a {@link Correlator}: facts go in, and the findings they lead to must be said in the script, all of
 * them. A failure shows the whole dialogue so far beside what was expected. A script that leaves findings unsaid fails too.
 *
 * <p>Times are in milliseconds from an arbitrary moment. {@code watch} chooses what is spoken of: packets are noise in most scripts.
 */
final class Script implements AfterEachCallback {
    /** 2026-11-22T00:00:00Z. */
    static final long EPOCH = 1_795_305_600_000_000_000L;

    private final List<String> dialogue = new ArrayList<>();
    private final List<String> heard = new ArrayList<>();
    private boolean hearsPackets;
    private Correlator correlator = new Correlator(CorrelatorLimits.defaults(), this::hear);

    Script limits(CorrelatorLimits limits) {
        correlator = new Correlator(limits, this::hear);
        return this;
    }

    /** From here on packets and their pieces are spoken of too. */
    Script watchPackets() {
        hearsPackets = true;
        return this;
    }

    static long millis(long millis) {
        return EPOCH + millis * 1_000_000;
    }

    static IpAddress address(String literal) {
        try {
            return IpAddress.of(InetAddress.getByName(literal));
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(literal, e);
        }
    }

    Script says(Fact... facts) {
        for (Fact fact : facts) {
            dialogue.add("      " + text(fact));
            correlator.accept(fact);
        }
        return this;
    }

    Script captures(int capture, String name, String... addresses) {
        return says(new InterfaceOpened(capture, name, 1, 262_144, "tcp", List.of(addresses).stream().map(Script::address).toList(), millis(-1000)));
    }

    /** Capture 0 gives segments, and is sure of everything up to the last of them. */
    Script sees(Segment... segments) {
        return sees(0, segments);
    }

    Script sees(int capture, Segment... segments) {
        long last = segments[segments.length - 1].at();
        return says(new SegmentsSeen(capture, List.of(segments), last, last));
    }

    /** Capture 0 is sure of everything up to here. */
    Script silenceUntil(long millis) {
        return silenceUntil(0, millis);
    }

    Script silenceUntil(int capture, long millis) {
        return says(new SegmentsSeen(capture, List.of(), millis(millis), millis(millis)));
    }

    Script captureOff() {
        dialogue.add("      (capture off)");
        correlator.captureOff();
        return this;
    }

    Script finish(long millis) {
        dialogue.add("      (finish)");
        correlator.finish(millis(millis));
        return this;
    }

    /** These findings and no others came since the last expectation. */
    Script hears(String... expected) {
        String want = String.join("\n", expected);
        String got = String.join("\n", heard);
        assertThat(got).as(() -> "the dialogue\n" + String.join("\n", dialogue)).isEqualTo(want);
        heard.clear();
        return this;
    }

    Script hearsNothing() {
        return hears();
    }

    /** For scripts whose beginning is told by another one. */
    Script hearsSomething() {
        assertThat(heard).isNotEmpty();
        heard.clear();
        return this;
    }

    Correlator correlator() {
        return correlator;
    }

    @Override
    public void afterEach(ExtensionContext context) {
        if (context.getExecutionException().isEmpty()) {
            assertThat(dialogue).as("a script that says nothing").isNotEmpty();
            assertThat(heard).as("findings the script leaves unsaid").isEmpty();
        }
    }

    private void hear(Finding finding) {
        String text = text(finding);
        dialogue.add("   => " + text);
        if (hearsPackets || !(finding instanceof PacketPlaced || finding instanceof PieceSeen)) {
            heard.add(text);
        }
    }

    static String text(Fact fact) {
        if (!(fact instanceof SegmentsSeen seen)) {
            return fact.toString();
        }
        String segments = seen.segments().stream().map(s -> s.path() + " seq " + Integer.toUnsignedString(s.seq()) + " ack "
                + Integer.toUnsignedString(s.ack()) + " flags " + Integer.toHexString(s.flags()) + " +" + s.payloadLength()).collect(Collectors.joining(", "));
        return seen.capture() + " sees [" + segments + "] until " + (seen.watermark() - EPOCH) / 1_000_000 + " ms";
    }

    static String text(Finding finding) {
        if (finding instanceof FlowSeen f) {
            return f.flow() + " " + f.tuple() + " #" + f.generation() + " on " + f.capture() + (f.synSeen() ? " from " : " joined at ") + f.firstPacket();
        }
        if (finding instanceof PacketPlaced p) {
            String where = p.sighting() == Finding.Sighting.UNPLACED || p.sighting() == Finding.Sighting.ELSEWHERE ? "" : " @" + p.offset() + " ack " + p.ackOffset();
            return p.packet() + " " + p.flow() + " " + p.heading().word() + where + " " + word(p.sighting());
        }
        if (finding instanceof PieceSeen p) {
            return p.packet() + " " + p.range() + (p.first() ? " first" : " repeat");
        }
        if (finding instanceof FlowBound b) {
            return b.flow() + " is " + b.connection() + " " + b.leg().word();
        }
        if (finding instanceof FlowUnbound b) {
            return b.flow() + " is not " + b.connection() + " " + b.leg().word();
        }
        if (finding instanceof MessageCovered m) {
            return text(m);
        }
        ConnectionSettled s = (ConnectionSettled) finding;
        return s.connection() + s.flow().map(f -> " " + f).orElse("") + " handshake " + s.handshake() + " " + s.how().word()
                + s.by().map(h -> " " + h.word()).orElse("") + " close " + s.close();
    }

    private static String text(MessageCovered m) {
        String ranges = m.ranges().stream().map(Object::toString).collect(Collectors.joining(" "));
        String gaps = m.gaps().isEmpty() ? "" : " gaps " + m.gaps().stream().map(Object::toString).collect(Collectors.joining(" "));
        String by = m.firstPacket().map(p -> " by " + p).orElse("") + m.lastPacket().map(p -> "–" + p).orElse("");
        return m.message() + " on " + m.connection() + m.flow().map(f -> "/" + f).orElse("") + " " + (ranges.isEmpty() ? "[]" : ranges) + gaps + " "
                + m.coverage().word() + m.reason().map(r -> " " + r.word()).orElse("") + by + " " + m.segments() + "+" + m.repeats();
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
