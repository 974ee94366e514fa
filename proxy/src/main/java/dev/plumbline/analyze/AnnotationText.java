package dev.plumbline.analyze;

import dev.plumbline.wire.PacketId;
import java.util.Locale;
import java.util.function.Function;

/**
 * Says an annotation in a line of plain English: {@code retransmission of 1,448 octets 204 ms after p812}.
 *
 * @param packets how a packet is called: by its id, or by its frame number in an export
 */
public record AnnotationText(Function<PacketId, String> packets) {
    /** With packet ids. */
    public static final AnnotationText PLAIN = new AnnotationText(PacketId::toString);

    /** @param ends of the connection whose packets it judges */
    public String of(Annotation a, Ends ends) {
        String sender = ends.sender(a.heading());
        String receiver = ends.receiver(a.heading());
        return switch (a.code()) {
            case RETRANSMISSION -> "retransmission of " + octets(a) + after(a);
            case FAST_RETRANSMISSION -> "fast retransmission of " + octets(a) + after(a);
            case SPURIOUS_RETRANSMISSION -> "retransmission of " + octets(a) + " that the " + receiver + " had acknowledged" + with(" in ", a);
            case OUT_OF_ORDER -> octets(a) + " out of order" + with(", overtaken by ", a);
            case DUPLICATE_ACK -> "the " + sender + " acknowledges the same again" + with(" as in ", a);
            case LOST_SEGMENT -> octets(a) + " before it were not captured so far";
            case ACKED_UNSEEN_SEGMENT -> "the " + sender + " acknowledges octets that no captured packet shows";
            case ZERO_WINDOW -> zeroWindow(a, sender);
            case ZERO_WINDOW_PROBE -> "the " + sender + " asks whether the window of the " + receiver + " is still closed" + lasting(a, ", after ");
            case ZERO_WINDOW_PROBE_ACK -> "the window of the " + sender + " is still closed" + with(", answering ", a);
            case WINDOW_FULL -> "fills the window of the " + receiver + with(", announced in ", a);
            case WINDOW_UPDATE -> a.nanos() > 0 ? "the " + sender + " reads again, its window was closed for " + duration(a.nanos()) : "new window of the " + sender;
            case KEEP_ALIVE -> "keep-alive of the " + sender;
            case KEEP_ALIVE_ACK -> "answer of the " + sender + " to a keep-alive" + with(", ", a);
            case REUSED_PORTS -> "ports of an earlier connection";
            case DELAYED_ACK -> "the " + sender + " held its acknowledgement" + with(" of ", a) + " back, which kept the " + receiver + " waiting for " + duration(a.nanos());
            case CONNECT_REFUSED -> "the " + sender + " refused the connection" + with(", answering ", a);
            case CONNECT_UNANSWERED -> "the " + receiver + " did not answer the SYN";
            case RESET -> "the " + sender + " reset the connection";
        };
    }

    /** 4 µs, 2.3 ms, 204 ms, 1.8 s. */
    public static String duration(long nanos) {
        if (nanos < 1_000_000) {
            return nanos / 1_000 + " µs";
        }
        // 999.5 ms would be written 1000 ms, and 9.95 s 10.0 s.
        boolean isShort = nanos < 999_500_000;
        double value = isShort ? nanos / 1e6 : nanos / 1e9;
        return String.format(Locale.ROOT, value < 9.95 ? "%.1f %s" : "%.0f %s", value, isShort ? "ms" : "s");
    }

    private static String zeroWindow(Annotation a, String sender) {
        return a.nanos() > 0 ? "the " + sender + " has not read for " + duration(a.nanos()) + ": its window is closed"
                : "the " + sender + " does not read: its window is closed";
    }

    /** Without payload it can only be the one octet that a SYN or FIN counts as. */
    private static String octets(Annotation a) {
        if (a.range().isEmpty()) {
            return "a SYN or FIN";
        }
        long count = a.range().get().length();
        return String.format(Locale.ROOT, "%,d octet%s", count, count == 1 ? "" : "s");
    }

    private String after(Annotation a) {
        return a.nanos() == 0 ? "" : " " + duration(a.nanos()) + with(" after ", a);
    }

    private static String lasting(Annotation a, String word) {
        return a.nanos() == 0 ? "" : word + duration(a.nanos());
    }

    /** The packet it is judged by; nothing when there is none. */
    private String with(String word, Annotation a) {
        return a.packets().size() < 2 ? "" : word + packets.apply(a.packets().get(1));
    }
}
