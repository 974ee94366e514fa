package dev.plumbline.judge;

import dev.plumbline.analyze.AnnotationCode;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What tshark says of the same dump, frame by frame.
 *
 * <p>Its guide asks for two duplicate acknowledgements before a fast retransmission. Its count of them is set to −1 where octets
 * were acknowledged that the capture does not show: read without its sign that is many, and the next duplicate is the first
 * again. Where its count and its own duplicates are at odds about "two", frames are set aside for retransmissions.
 */
final class TheirAnalysis {
    /** @param rttNanos −1 where it gives none, as the others */
    record Measures(long rttNanos, long inFlight, long window) {
    }

    private static final int FIXED = 9;
    private static final int ACK = 0;
    private static final int COUNT = 1;
    private static final int NUMBER = 2;

    /** By frame number; TCP frames only. */
    final Map<Integer, Set<AnnotationCode>> said = new HashMap<>();
    final Map<Integer, Measures> measured = new HashMap<>();
    /** Frames before which it has lost count of the duplicates it told. */
    final Set<Integer> againstItsGuide = new HashSet<>();
    /** By stream and sender: what it acknowledged last, how many duplicates of that tshark told, and as which it numbered the last one. */
    private final Map<String, long[]> duplicates = new HashMap<>();

    static TheirAnalysis of(Path pcap) throws IOException, InterruptedException {
        List<AnnotationCode> codes = ClassTable.JUDGED;
        List<String> fields = new ArrayList<>(List.of(
                "frame.number", "tcp.stream", "tcp.analysis.ack_rtt", "tcp.analysis.bytes_in_flight", "tcp.window_size",
                "tcp.srcport", "tcp.dstport", "tcp.ack_raw", "tcp.analysis.duplicate_ack_num"));
        codes.forEach(code -> fields.add(code.wiresharkField().orElseThrow()));
        TheirAnalysis analysis = new TheirAnalysis();
        new Tshark(pcap).fields(fields, values -> analysis.take(values, codes));
        return analysis;
    }

    private void take(String[] values, List<AnnotationCode> codes) {
        // Several values: a TCP segment within another one's payload, or in an ICMP message, which is nobody's traffic.
        if (values[1].isEmpty() || values[1].contains(",")) {
            return;
        }
        int frame = Integer.parseInt(values[0]);
        Set<AnnotationCode> codesOfFrame = EnumSet.noneOf(AnnotationCode.class);
        for (int i = 0; i < codes.size(); i++) {
            if (!values[FIXED + i].isEmpty()) {
                codesOfFrame.add(codes.get(i));
            }
        }
        long[] told = duplicatesBefore(values);
        boolean hasLostCount = told[COUNT] >= 2 ? told[NUMBER] < 2 : codesOfFrame.contains(AnnotationCode.FAST_RETRANSMISSION);
        if (hasLostCount) {
            againstItsGuide.add(frame);
        }
        // Wireshark calls the special kinds retransmissions as well.
        if (codesOfFrame.contains(AnnotationCode.FAST_RETRANSMISSION) || codesOfFrame.contains(AnnotationCode.SPURIOUS_RETRANSMISSION)) {
            codesOfFrame.remove(AnnotationCode.RETRANSMISSION);
        }
        said.put(frame, codesOfFrame);
        measured.put(frame, new Measures(nanos(values[2]), number(values[3]), number(values[4])));
    }

    /** Ports tell the two hosts of a stream apart: no capture here has a host that talks to itself from one port to the same. */
    private long[] duplicatesBefore(String[] values) {
        long[] own = duplicates.computeIfAbsent(values[1] + " " + values[5], k -> new long[3]);
        long ack = number(values[7]);
        if (ack != own[ACK]) {
            own[ACK] = ack;
            own[COUNT] = 0;
            own[NUMBER] = 0;
        }
        if (!values[8].isEmpty()) {
            own[COUNT]++;
            own[NUMBER] = number(values[8]);
        }
        return duplicates.computeIfAbsent(values[1] + " " + values[6], k -> new long[3]);
    }

    private static long nanos(String seconds) {
        return seconds.isEmpty() ? -1 : new BigDecimal(seconds).movePointRight(9).longValueExact();
    }

    private static long number(String value) {
        return value.isEmpty() ? -1 : Long.parseLong(value);
    }
}
