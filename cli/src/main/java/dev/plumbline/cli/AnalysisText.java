package dev.plumbline.cli;

import dev.plumbline.analyze.Annotation;
import dev.plumbline.analyze.Diagnosis;
import dev.plumbline.analyze.Reuse;
import dev.plumbline.analyze.Severity;
import dev.plumbline.analyze.Source;
import dev.plumbline.cli.Look.Ink;
import dev.plumbline.recording.ExchangeAnalysis;
import dev.plumbline.wire.Leg;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What an exchange's evidence amounts to, as a person reads it: the sentence, why its connections are new or used, the
 * annotations.
 *
 * <p>Owned by: nobody, it is immutable.
 */
final class AnalysisText {
    /** Annotations that are shown unless all are wanted. */
    static final int MOST = 40;

    private final Look look;
    private final ExchangeAnalysis analysis;
    private final Peers peers;

    private record OnLeg(Annotation annotation, Leg leg) {
    }

    AnalysisText(Look look, ExchangeAnalysis analysis, Peers peers) {
        this.look = look;
        this.analysis = analysis;
        this.peers = peers;
    }

    /** Without packets it says what it rests on instead. */
    List<String> diagnosis() {
        return analysis.diagnosis().map(found -> List.of(look.ink(ink(found), look.sentence(found.text())) + look.ink(Ink.DIM, rests(found)))).orElse(List.of());
    }

    private static Ink ink(Diagnosis found) {
        return found.severity() == Severity.ERROR ? Ink.BAD : found.severity() == Severity.WARN ? Ink.WARN : Ink.STRONG;
    }

    private static String rests(Diagnosis found) {
        return found.source() == Source.PACKETS ? "" : "  (from " + found.source().word() + ")";
    }

    /** {@code new: first}, {@code used after c1.2, idle 5.0 ms}; empty when it is not known. */
    String reuse(Leg leg) {
        Optional<Reuse> known = leg == Leg.CLIENT ? analysis.clientReuse() : analysis.serverReuse();
        return known.map(reuse -> reuse.isNew()
                ? reuse.whyNew().map(why -> "new: " + look.sentence(why.text())).orElse("new")
                : "used after " + reuse.before().orElseThrow() + (reuse.idleNanos() < 0 ? "" : reuse.idleNanos() == 0 ? ", at once" : ", idle " + Quantity.duration(reuse.idleNanos())))
                .orElse("");
    }

    /** In time order; a long list is cut at its end unless all of it is wanted. */
    List<String> annotations(long since, boolean all) {
        List<OnLeg> both = new ArrayList<>();
        analysis.client().forEach(annotation -> both.add(new OnLeg(annotation, Leg.CLIENT)));
        analysis.server().forEach(annotation -> both.add(new OnLeg(annotation, Leg.SERVER)));
        both.sort(Comparator.comparingLong(each -> each.annotation().at()));
        List<String> out = new ArrayList<>();
        if (!both.isEmpty()) {
            out.add(look.ink(Ink.DIM, "annotations"));
        }
        both.stream().limit(all ? both.size() : MOST)
                .forEach(each -> out.add("  " + look.leg(each.leg(), Columns.padEnd(each.leg().word(), 8)) + ConnectionText.annotated(look, peers, each.annotation(), each.leg(), since)));
        if (!all && both.size() > MOST) {
            out.add(look.ink(Ink.DIM, "  " + look.ellipsis() + " " + Quantity.count(both.size() - MOST, "more annotation") + " (--all shows them)"));
        }
        return out;
    }
}
