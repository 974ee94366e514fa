package dev.plumbline.recording;

import dev.plumbline.analyze.Annotation;
import dev.plumbline.analyze.Diagnosis;
import dev.plumbline.analyze.ExchangeEvidence;
import dev.plumbline.analyze.LegEvidence;
import dev.plumbline.analyze.TimeSplit;
import dev.plumbline.wire.ConnectionId;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Answers for an exchange of a recording: gathers the evidence and has it judged.
 *
 * <p>Owned by: one thread at a time.
 */
final class ExchangeAnalyst {
    private final StoredEvidence source;
    private final EvidenceAssembly assembly;
    private final ReuseReader reuse;

    ExchangeAnalyst(StoredEvidence source, ReuseReader reuse) {
        this.source = source;
        this.assembly = new EvidenceAssembly(source);
        this.reuse = reuse;
    }

    ExchangeAnalysis analysis(ExchangeRow row) {
        Optional<EvidenceSource.Preceding> onClient = source.before(row.id(), Optional.empty());
        source.noteRead(row);
        Optional<ConnectionId> server = row.server();
        Optional<EvidenceSource.Preceding> onServer = server.isEmpty() ? Optional.empty() : source.before(row.id(), server);
        Optional<ExchangeEvidence> evidence = assembly.evidence(row, onClient, onServer);
        Optional<TimeSplit> split = evidence.map(ExchangeEvidence::split);
        Optional<Diagnosis> diagnosis = evidence.flatMap(e -> e.diagnosis(split.orElseThrow()));
        return new ExchangeAnalysis(
                row.id(), split, diagnosis, evidence.map(e -> e.client().annotations()).orElse(List.of()), evidence.map(ExchangeAnalyst::onServerLegs).orElse(List.of()),
                reuse.client(row, onClient), reuse.server(row, onServer), evidence.stream().flatMap(e -> e.attempts().stream()).map(LegEvidence::connection).toList());
    }

    /** Those that were tried in vain included: of a connect that failed there are no others. Where both legs are one, it is the client's. */
    private static List<Annotation> onServerLegs(ExchangeEvidence evidence) {
        return evidence.isDirect() ? List.of() : Stream.concat(evidence.attempts().stream(), evidence.server().stream()).flatMap(leg -> leg.annotations().stream())
                .sorted(Comparator.comparingLong(Annotation::at)).toList();
    }
}
