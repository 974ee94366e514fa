package dev.plumbline.recording;

import dev.plumbline.analyze.Annotation;
import dev.plumbline.analyze.Diagnosis;
import dev.plumbline.fact.RelayFact.Role;
import dev.plumbline.fact.Timing;
import dev.plumbline.wire.ConnectionId;
import dev.plumbline.wire.ExchangeId;
import dev.plumbline.wire.FlowId;
import dev.plumbline.wire.Heading;
import dev.plumbline.wire.PacketId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * Says what is bad about an exchange as it ends, from what the ledgers hold: no packet is looked up. What a look at the packets would add, a reader of
 * the recording finds.
 *
 * <p>Owned by: the recorder thread.
 * <p>Limits: the last exchange of {@value #REMEMBERED} client connections is remembered.
 */
final class LiveEvidence implements EvidenceSource {
    /** What is over sooner and went well holds no news: no stall counts that is shorter. */
    static final long NEWS_NANOS = 100_000_000L;
    static final int REMEMBERED = 4_096;
    private final ConnectionLedger connections;
    private final AnnotationLedger flows;
    private final EvidenceAssembly assembly = new EvidenceAssembly(this);
    /** The last exchange of a client connection: the next may have waited for it. */
    private final Map<ConnectionId, Preceding> told = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<ConnectionId, Preceding> eldest) {
            return size() > REMEMBERED;
        }
    };

    LiveEvidence(ConnectionLedger connections, AnnotationLedger flows) {
        this.connections = connections;
        this.flows = flows;
    }

    /** To be asked of every exchange, in the order they end. */
    Optional<Diagnosis> badNews(ExchangeRow row) {
        Optional<Diagnosis> found = found(row);
        noteTold(row);
        return found;
    }

    private Optional<Diagnosis> found(ExchangeRow row) {
        if (row.timing().isEmpty() || row.failure().isEmpty() && (row.role() == Role.INTERCEPTED_CONNECT || took(row) < NEWS_NANOS)) {
            return Optional.empty();
        }
        boolean isFirstOnServer = row.timing().get().connectStartAt() != Timing.NEVER;
        Optional<Preceding> onClient = row.id().index() == 1 ? Optional.empty() : Optional.of(before(row));
        Optional<Preceding> onServer = isFirstOnServer || row.server().isEmpty() ? Optional.empty() : Optional.of(some(row));
        return assembly.evidence(row, onClient, onServer).flatMap(evidence -> evidence.diagnosis(evidence.split())).filter(Diagnosis::isBadNews);
    }

    /** What was done for it ahead included. */
    private static long took(ExchangeRow row) {
        Timing timing = row.timing().orElseThrow();
        long ahead = LongStream.of(timing.resolveStartAt(), timing.connectStartAt(), timing.tlsStartAt()).filter(at -> at != Timing.NEVER).min().orElse(row.beganAt());
        return row.endedAt() - Math.min(row.beganAt(), ahead);
    }

    /** There was one before it; nothing more is known of that. */
    private static Preceding some(ExchangeRow row) {
        return new Preceding(row.id(), -1, -1, -1);
    }

    private Preceding before(ExchangeRow row) {
        Preceding last = told.get(row.id().client());
        return last != null && last.id().index() == row.id().index() - 1 ? last : some(row);
    }

    private void noteTold(ExchangeRow row) {
        if (row.role() != Role.INTERCEPTED_CONNECT) {
            told.put(row.id().client(), Preceding.of(row));
        }
    }

    @Override
    public boolean isDirect() {
        return false;
    }

    @Override
    public Optional<KnownConnection> connection(ConnectionId id) {
        return connections.known(id).map(this::known);
    }

    @Override
    public List<Annotation> annotations(FlowId flow, long fromAt, long untilAt) {
        return flows.recent(flow, fromAt, untilAt);
    }

    @Override
    public Optional<PacketRow> acknowledged(FlowId flow, Heading by, long offset, PacketId after, Optional<PacketId> before) {
        return Optional.empty();
    }

    @Override
    public List<KnownConnection> opened(ConnectionId client, long fromAt, long untilAt) {
        return connections.failedOf(client).stream().filter(c -> c.openedAt() >= fromAt && c.openedAt() <= untilAt).map(this::known).toList();
    }

    @Override
    public Optional<Preceding> before(ExchangeId exchange, Optional<ConnectionId> server) {
        return Optional.empty();
    }

    private KnownConnection known(ConnectionRow row) {
        long trip = row.flow().map(flows::roundTripNanos).orElse(-1L);
        // The trip is that of the last SYN, which may not have been the first.
        long answeredAt = row.establishedAt() < 0 ? row.openedAt() + trip : row.establishedAt();
        return new KnownConnection(row, trip < 0 ? -1 : answeredAt - trip, trip < 0 ? -1 : answeredAt, -1, Optional.empty(), Optional.empty());
    }
}
