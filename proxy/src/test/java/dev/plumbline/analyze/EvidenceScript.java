package dev.plumbline.analyze;

import dev.plumbline.correlate.Coverage;
import dev.plumbline.correlate.Finding.Ending;
import dev.plumbline.fact.RelayFact.Close;
import dev.plumbline.fact.RelayFact.Role;
import dev.plumbline.fact.TcpInfo;
import dev.plumbline.fact.Timing;
import dev.plumbline.wire.ConnectionId;
import dev.plumbline.wire.Endpoint;
import dev.plumbline.wire.FlowId;
import dev.plumbline.wire.FourTuple;
import dev.plumbline.wire.Heading;
import dev.plumbline.wire.IpAddress;
import dev.plumbline.wire.Leg;
import dev.plumbline.wire.PacketId;
import dev.plumbline.wire.WireRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * An exchange as a test tells it: in milliseconds since its start, by what crossed the wire. Sockets are {@link #lag} behind what comes in, and ahead of
 * what goes out.
 */
final class EvidenceScript {
    static final long T0 = 1_795_330_800_000_000_000L;
    private static final FourTuple TUPLE = new FourTuple(new Endpoint(IpAddress.v4(0x0a000002), 40000), new Endpoint(IpAddress.v4(0x0a000001), 443));
    private static final long MS = 1_000_000L;

    double lag;
    boolean isCaptured = true;
    Role role = Role.MESSAGE;
    String failure = "";
    String faultCode = "";
    boolean byProxy;
    boolean firstOnServer = true;
    boolean firstOnClient = true;
    boolean hasServer = true;
    /** Both legs are the client's. */
    boolean isDirect;
    double preceding = -1;
    double endedAt = -1;
    double[] clientRequest;
    double[] serverRequest;
    double[] serverResponse;
    double[] clientResponse;
    double[] lookUp;
    double[] connect;
    double[] originTls;
    double[] clientTls;
    double syn = -1;
    double synAck = -1;
    double acknowledged = -1;
    double continued = -1;
    /** The client says that it will wait for a 100. */
    boolean expectsContinue;
    boolean isRequestWhole = true;
    /** Of a client that waits for a 100. */
    double contentFirst = -1;
    double serverEnded = -1;
    Optional<Heading> serverEndedBy = Optional.empty();
    Ending serverEnding = Ending.OPEN;
    /** Who sent the FIN or RST that came first; whoever ended it, unless told otherwise. */
    Optional<Heading> serverLeftBy = Optional.empty();
    /** The client's FIN, and the RST with which it refused what came after. */
    double clientLeft = -1;
    Optional<PacketId> clientRefusal = Optional.empty();
    boolean isResponseWhole = true;
    long contentLength;
    long declaredLength = -1;
    int requestRepeats;
    Coverage coverage = Coverage.COMPLETE;
    Optional<TcpInfo> info = Optional.empty();
    final List<Annotation> onClient = new ArrayList<>();
    final List<Annotation> onServer = new ArrayList<>();
    final List<LegEvidence> attempts = new ArrayList<>();

    /** A message that is there on both legs, a moment apart. */
    static EvidenceScript get(double request, double answer) {
        EvidenceScript script = new EvidenceScript();
        script.clientRequest = at(0, 0);
        script.serverRequest = at(request, request);
        script.serverResponse = at(answer, answer);
        script.clientResponse = at(answer, answer);
        return script;
    }

    static double[] at(double first, double last) {
        return new double[] {first, last};
    }

    static long nanos(double millis) {
        return T0 + Math.round(millis * MS);
    }

    static Annotation annotation(AnnotationCode code, Heading heading, double from, double at, long packet) {
        return annotation(code, heading, Optional.empty(), from, at, packet);
    }

    static Annotation lost(AnnotationCode code, Heading heading, double from, double at, long packet) {
        return annotation(code, heading, Optional.of(new WireRange(0, 100)), from, at, packet);
    }

    static Annotation annotation(AnnotationCode code, Heading heading, Optional<WireRange> range, double from, double at, long packet) {
        return new Annotation(code, new FlowId(1), heading, range, List.of(new PacketId(packet)), nanos(from), nanos(at));
    }

    ExchangeEvidence evidence() {
        double last = Math.max(endedAt, clientResponse == null ? 0 : clientResponse[1]);
        return new ExchangeEvidence(role, failure, faultCode, byProxy, socketIn(clientRequest, 0), nanos(last), time(preceding), timing(), expectsContinue, isDirect, client(),
                isDirect ? Optional.of(client()) : hasServer ? Optional.of(server()) : Optional.empty(), attempts);
    }

    TimeSplit split() {
        return evidence().split();
    }

    /** {@code client-sends 1.5, proxy 2}: in milliseconds, in order. */
    String told() {
        return tell(split().slices());
    }

    String ahead() {
        return tell(split().ahead());
    }

    private static String tell(List<TimeSplit.Slice> slices) {
        return slices.stream().map(s -> s.part().word() + " " + number(s.nanos())).collect(Collectors.joining(", "));
    }

    private static String number(long nanos) {
        return String.format(Locale.ROOT, "%.3f", nanos / 1e6).replaceFirst("\\.?0+$", "");
    }

    /** What is said, with its evidence; there must be something. */
    Diagnosis found() {
        ExchangeEvidence evidence = evidence();
        return evidence.diagnosis(evidence.split()).orElseThrow();
    }

    String diagnosis() {
        ExchangeEvidence evidence = evidence();
        return evidence.diagnosis(evidence.split()).map(Diagnosis::text).orElse("");
    }

    private Timing timing() {
        return new Timing(socketIn(clientRequest, 0), socketIn(clientRequest, 1), step(lookUp, 0), step(lookUp, 1), step(connect, 0), step(connect, 1),
                step(originTls, 0), step(originTls, 1), socketOut(serverRequest, 0), socketOut(serverRequest, 1), socketIn(serverResponse, 0),
                isResponseWhole ? socketIn(serverResponse, 1) : -1, socketOut(clientResponse, 0), isResponseWhole ? socketOut(clientResponse, 1) : -1, time(contentFirst));
    }

    private LegEvidence client() {
        // In a dump a connection opens with its SYN.
        long opened = isDirect && syn != -1 ? time(syn) : nanos(-100);
        LegEvidence.Began began = new LegEvidence.Began(opened, opened, isDirect ? time(syn) : -1, isDirect ? time(synAck) : -1, tls(clientTls));
        Optional<Heading> left = clientLeft < 0 ? Optional.empty() : Optional.of(Heading.TO_SERVER);
        LegEvidence.Ended ended = new LegEvidence.Ended(-1, Optional.empty(), "", clientLeft < 0 ? Ending.OPEN : Ending.FIN, left, time(clientLeft), left,
                clientLeft < 0 ? List.of() : List.of(new PacketId(88)), clientRefusal);
        return new LegEvidence(Leg.CLIENT, new ConnectionId(1), TUPLE, firstOnClient, began, ended, message(clientRequest, true, isRequestWhole, 0),
                message(clientResponse, false, isResponseWhole, 0), isDirect ? time(acknowledged) : -1, -1, info, onClient);
    }

    private LegEvidence server() {
        LegEvidence.Began began = new LegEvidence.Began(nanos(-50), nanos(-50), isCaptured ? time(syn) : -1, isCaptured ? time(synAck) : -1, tls(originTls));
        boolean isOpen = serverEnding == Ending.OPEN;
        LegEvidence.Ended ended = new LegEvidence.Ended(time(serverEnded), isOpen ? Optional.empty() : Optional.of(Close.BY_PEER), "", serverEnding, serverEndedBy,
                isCaptured ? time(serverEnded) : -1, isCaptured ? serverLeftBy.or(() -> serverEndedBy) : Optional.empty(),
                isOpen || !isCaptured ? List.of() : List.of(new PacketId(91)), Optional.empty());
        return new LegEvidence(Leg.SERVER, new ConnectionId(2), TUPLE, firstOnServer, began, ended, message(serverRequest, false, isRequestWhole, requestRepeats),
                message(serverResponse, true, isResponseWhole, 0), isCaptured ? time(acknowledged) : -1, time(continued), info, onServer);
    }

    LegEvidence attempt(double from, double to, Annotation... annotations) {
        return attempt(1, from, to, "another address answered first", annotations);
    }

    /** @param address the last octet of whom it was tried with */
    LegEvidence attempt(int address, double from, double to, String reason, Annotation... annotations) {
        FourTuple tuple = new FourTuple(TUPLE.initiator(), new Endpoint(IpAddress.v4(0x0a000000 + address), 443));
        return LegEvidence.attempt(new ConnectionId(3), tuple, neverConnected(from), new LegEvidence.Ended(nanos(to), Optional.of(Close.NOT_CONNECTED), reason,
                Ending.UNKNOWN, Optional.empty(), -1, Optional.empty(), List.of(), Optional.empty()), Optional.empty(), List.of(annotations));
    }

    /** One that was connected, and whose TLS failed. */
    LegEvidence brokenTls(double from, double to, Heading leftBy, long closePacket) {
        LegEvidence.Began began = new LegEvidence.Began(nanos(from), nanos(from), -1, -1, List.of(new LegEvidence.Tls(nanos(from), nanos(to), "it failed")));
        return LegEvidence.attempt(new ConnectionId(4), TUPLE, began, ended(to, Close.BY_US, "it failed", Ending.FIN, leftBy, closePacket), Optional.empty(), List.of());
    }

    /** One that was refused with that packet. */
    LegEvidence refused(double from, double to, long closePacket) {
        return LegEvidence.attempt(new ConnectionId(3), TUPLE, neverConnected(from),
                ended(to, Close.NOT_CONNECTED, "it refused the connection.", Ending.RST, Heading.TO_CLIENT, closePacket), Optional.empty(),
                List.of(annotation(AnnotationCode.CONNECT_REFUSED, Heading.TO_CLIENT, from, to, closePacket)));
    }

    private static LegEvidence.Began neverConnected(double from) {
        return new LegEvidence.Began(nanos(from), -1, -1, -1, List.of());
    }

    private static LegEvidence.Ended ended(double at, Close close, String reason, Ending how, Heading by, long packet) {
        return new LegEvidence.Ended(nanos(at), Optional.of(close), reason, how, Optional.of(by), nanos(at), Optional.of(by), List.of(new PacketId(packet)), Optional.empty());
    }

    private Optional<MessageEvidence> message(double[] times, boolean isInbound, boolean isWhole, int repeats) {
        if (times == null) {
            return Optional.empty();
        }
        long first = isInbound ? socketIn(times, 0) : socketOut(times, 0);
        long last = isInbound ? socketIn(times, 1) : socketOut(times, 1);
        return Optional.of(new MessageEvidence(first, last, isCaptured ? time(times[0]) : -1, isCaptured ? time(times[1]) : -1, Optional.empty(), Optional.empty(),
                List.of(new WireRange(0, 100)), isWhole, isCaptured ? coverage : Coverage.NONE,
                isCaptured && coverage == Coverage.COMPLETE ? Optional.empty() : Optional.of(isCaptured ? Coverage.Reason.DROPPED : Coverage.Reason.CAPTURE_OFF),
                repeats, contentLength, declaredLength));
    }

    private List<LegEvidence.Tls> tls(double[] times) {
        return times == null ? List.of() : List.of(new LegEvidence.Tls(nanos(times[0]), nanos(times[1]), ""));
    }

    private long socketIn(double[] times, int which) {
        return times == null ? -1 : nanos(times[which] + lag);
    }

    private long socketOut(double[] times, int which) {
        return times == null ? -1 : nanos(times[which] - lag);
    }

    private static long step(double[] times, int which) {
        return times == null ? -1 : nanos(times[which]);
    }

    /** A negative time is none, and only the past of the exchange has such. */
    private static long time(double millis) {
        return millis == -1 ? -1 : nanos(millis);
    }
}
