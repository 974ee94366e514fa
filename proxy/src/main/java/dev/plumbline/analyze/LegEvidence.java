package dev.plumbline.analyze;

import dev.plumbline.correlate.Finding.Ending;
import dev.plumbline.fact.RelayFact.Close;
import dev.plumbline.fact.TcpInfo;
import dev.plumbline.wire.ConnectionId;
import dev.plumbline.wire.FourTuple;
import dev.plumbline.wire.Heading;
import dev.plumbline.wire.Leg;
import dev.plumbline.wire.PacketId;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What is known of the connection that was one leg of an exchange, and of the exchange's messages on it.
 *
 * <p>Units: nanoseconds since 1970; −1 for what is not known or did not happen.
 *
 * @param isFirst whether the exchange is the first it carried
 * @param acknowledgedAt timestamp of the packet that acknowledged the request's last octet
 * @param continueAt first octet of a 100 (Continue) on this leg
 * @param info the kernel's word on our socket
 * @param annotations what its flow was judged by while the exchange lasted, in time order
 */
public record LegEvidence(
        Leg leg, ConnectionId connection, FourTuple tuple, boolean isFirst, Began began, Ended ended, Optional<MessageEvidence> request,
        Optional<MessageEvidence> response, long acknowledgedAt, long continueAt, Optional<TcpInfo> info, List<Annotation> annotations) {
    // As the relay puts what its socket was told.
    private static final Pattern REFUSED = Pattern.compile("(?s).* refused the connection\\.");
    private static final Pattern UNANSWERED = Pattern.compile("(?s).* did not answer within [0-9]+ s\\.");

    public LegEvidence {
        annotations = List.copyOf(annotations);
    }

    /** Of a server leg that was tried, and carried none of the exchange's messages. */
    public static LegEvidence attempt(ConnectionId connection, FourTuple tuple, Began began, Ended ended, Optional<TcpInfo> info, List<Annotation> annotations) {
        return new LegEvidence(Leg.SERVER, connection, tuple, true, began, ended, Optional.empty(), Optional.empty(), -1, -1, info, annotations);
    }

    /**
     * How a connection began.
     *
     * @param openedAt accepted, or connect called
     * @param establishedAt our socket was connected
     * @param synAt timestamp of the SYN, the last one before it was answered
     * @param synAckAt timestamp of the SYN+ACK
     * @param tls TLS handshakes on it
     */
    public record Began(long openedAt, long establishedAt, long synAt, long synAckAt, List<Tls> tls) {
        public Began {
            tls = List.copyOf(tls);
        }
    }

    /**
     * How a connection ended, if it has.
     *
     * @param closedAt our socket was gone
     * @param close how it ended as our socket saw it; empty while it is open
     * @param reason what our socket was told of its end, in words; empty where there is nothing to tell
     * @param ending how it ended on the wire
     * @param by the heading of the first FIN or of the RST
     * @param at timestamp of the first of {@code packets}
     * @param leftBy the heading of that packet, a FIN or a RST: not {@code by} where a FIN was answered with a RST; empty where it was not looked at
     * @param packets those of the close
     * @param refusal the RST with which whoever had left by a FIN refused what came after; empty where there was none, or it was not looked at
     */
    public record Ended(
            long closedAt, Optional<Close> close, String reason, Ending ending, Optional<Heading> by, long at, Optional<Heading> leftBy,
            List<PacketId> packets, Optional<PacketId> refusal) {
        public Ended {
            packets = List.copyOf(packets);
        }

        /** Who ended it, or was the first to end its own half, where that was looked at. */
        Optional<Heading> firstBy() {
            return leftBy.or(() -> by);
        }
    }

    /** A TLS handshake as our socket saw it. {@code failure} is empty when it succeeded. */
    public record Tls(long startedAt, long at, String failure) {
    }

    /** The round trip that the TCP handshake took, as captured; −1 when it was not seen. */
    long handshakeNanos() {
        return began.synAt >= 0 && began.synAckAt >= began.synAt ? began.synAckAt - began.synAt : -1;
    }

    /** Whether the other end refused it: the packets show that, or our socket was told. */
    boolean wasRefused() {
        return isSaid(AnnotationCode.CONNECT_REFUSED) || wasInVain() && REFUSED.matcher(ended.reason).matches();
    }

    /** Whether nobody answered it, for all that is known. */
    boolean wasUnanswered() {
        return !wasRefused() && (isSaid(AnnotationCode.CONNECT_UNANSWERED) || wasInVain() && UNANSWERED.matcher(ended.reason).matches());
    }

    /** Whether that side ended it, or was the first to end its own half. */
    boolean wasEndedBy(Heading side) {
        return ended.by.equals(Optional.of(side)) || ended.leftBy.equals(Optional.of(side));
    }

    boolean wasResetBy(Heading side) {
        return ended.ending == Ending.RST && ended.by.equals(Optional.of(side));
    }

    boolean isSaid(AnnotationCode code) {
        return annotations.stream().anyMatch(a -> a.code() == code);
    }

    private boolean wasInVain() {
        return ended.close.equals(Optional.of(Close.NOT_CONNECTED));
    }

    Optional<MessageEvidence> message(Heading heading) {
        return heading == Heading.TO_SERVER ? request : response;
    }
}
