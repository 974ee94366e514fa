package dev.plumbline.analyze;

import java.util.Locale;
import java.util.Optional;

/**
 * What can be said of a segment or of a flow. Where Wireshark has the same idea, the constant names its field below
 * {@code tcp.analysis}, and means what its user's guide ("TCP Analysis") says of it.
 */
public enum AnnotationCode {
    RETRANSMISSION(Severity.WARN, "retransmission"),
    FAST_RETRANSMISSION(Severity.WARN, "fast_retransmission"),
    SPURIOUS_RETRANSMISSION(Severity.NOTE, "spurious_retransmission"),
    OUT_OF_ORDER(Severity.WARN, "out_of_order"),
    DUPLICATE_ACK(Severity.NOTE, "duplicate_ack"),
    /** The capture shows a hole before this segment. */
    LOST_SEGMENT(Severity.WARN, "lost_segment"),
    /** Octets are acknowledged that the capture never showed. */
    ACKED_UNSEEN_SEGMENT(Severity.WARN, "ack_lost_segment"),
    ZERO_WINDOW(Severity.WARN, "zero_window"),
    ZERO_WINDOW_PROBE(Severity.NOTE, "zero_window_probe"),
    ZERO_WINDOW_PROBE_ACK(Severity.NOTE, "zero_window_probe_ack"),
    WINDOW_FULL(Severity.WARN, "window_full"),
    WINDOW_UPDATE(Severity.NOTE, "window_update"),
    KEEP_ALIVE(Severity.NOTE, "keep_alive"),
    KEEP_ALIVE_ACK(Severity.NOTE, "keep_alive_ack"),
    REUSED_PORTS(Severity.NOTE, "reused_ports"),
    /** A wait that an acknowledgement held back explains. Ours: Wireshark has no word for it. */
    DELAYED_ACK(Severity.NOTE, ""),
    /** The SYN was answered by a RST. */
    CONNECT_REFUSED(Severity.ERROR, ""),
    /** No SYN was answered. */
    CONNECT_UNANSWERED(Severity.ERROR, ""),
    /** A RST ended the flow. */
    RESET(Severity.WARN, "");

    private final Severity severity;
    private final String wireshark;

    AnnotationCode(Severity severity, String wireshark) {
        this.severity = severity;
        this.wireshark = wireshark;
    }

    public Severity severity() {
        return severity;
    }

    /** The word in JSON, in HAR and in the store: {@code fast-retransmission}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Wireshark's field with that meaning, {@code tcp.analysis.fast_retransmission}; empty where it has none. */
    public Optional<String> wiresharkField() {
        return wireshark.isEmpty() ? Optional.empty() : Optional.of("tcp.analysis." + wireshark);
    }
}
