package dev.plumbline.judge;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * One TCP segment as tshark tells it.
 *
 * @param seq the sequence number as on the wire
 * @param types content types of the TLS records that end in it, decrypted ones by their inner type
 * @param requests methods of the HTTP requests that tshark puts here, because they end here
 * @param responses status codes likewise
 * @param tcpSegments frames that tshark put together for what ends here
 * @param tlsSegments frames in which records of the message end that ends here
 * @param again whether tshark calls it a retransmission of any sort, or, as it does with one that follows within
 *     milliseconds, out of order
 */
record SeenFrame(
        int number, int stream, int sourcePort, int targetPort, long seq, int length, int flags, byte[] octets, List<Integer> types,
        List<String> requests, List<String> responses, List<Integer> tcpSegments, List<Integer> tlsSegments, boolean again) {
    static final List<String> FIELDS = List.of(
            "frame.number", "tcp.stream", "tcp.srcport", "tcp.dstport", "tcp.seq_raw", "tcp.len", "tcp.flags", "tcp.payload",
            "tls.record.content_type", "http.request.method", "http.response.code", "tcp.segment", "tls.segment",
            "tcp.analysis.retransmission", "tcp.analysis.fast_retransmission", "tcp.analysis.spurious_retransmission",
            "tcp.analysis.out_of_order");
    private static final int SYN = 2;
    private static final int ACK = 16;
    private static final int FIRST_ANALYSIS = FIELDS.indexOf("tcp.analysis.retransmission");

    static SeenFrame of(String[] f) {
        boolean again = false;
        for (int i = FIRST_ANALYSIS; i < f.length; i++) {
            again |= !f[i].isEmpty();
        }
        return new SeenFrame(Integer.parseInt(f[0]), Integer.parseInt(f[1]), Integer.parseInt(f[2]), Integer.parseInt(f[3]), Long.parseLong(f[4]),
                Integer.parseInt(f[5]), Integer.decode(f[6]), HexFormat.of().parseHex(f[7].replace(":", "")), numbers(f[8]), texts(f[9]),
                texts(f[10]), numbers(f[11]), numbers(f[12]), again);
    }

    private static List<String> texts(String field) {
        return field.isEmpty() ? List.of() : List.of(field.split(","));
    }

    private static List<Integer> numbers(String field) {
        List<Integer> numbers = new ArrayList<>();
        texts(field).forEach(text -> numbers.add(Integer.parseInt(text)));
        return numbers;
    }

    boolean isSyn() {
        return (flags & SYN) != 0;
    }

    boolean isFirstSyn() {
        return (flags & (SYN | ACK)) == SYN;
    }

    SeenFrame withoutOctets() {
        return new SeenFrame(number, stream, sourcePort, targetPort, seq, length, flags, new byte[0], types, requests, responses, tcpSegments, tlsSegments, again);
    }
}
