package dev.plumbline.analyze;

import dev.plumbline.correlate.Coverage;
import dev.plumbline.correlate.Finding.Ending;
import dev.plumbline.fact.RelayFact.Role;
import dev.plumbline.wire.Heading;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Evidence as no exchange could leave it, and some that one could. */
final class RandomEvidence {
    private static final List<String> FAULTS = List.of("", "", "", "connect-refused", "connect-timeout", "tls-failed", "name-not-resolved", "origin-cut",
            "origin-reset", "origin-closed", "client-gone", "client-tls-failed", "unreachable", "bad-response");

    private RandomEvidence() {
    }

    static ExchangeEvidence some(RandomGenerator random) {
        EvidenceScript script = new EvidenceScript();
        boolean isOrderly = random.nextBoolean();
        double[] at = random.doubles(16, -50, 3000).map(d -> Math.rint(d * 10) / 10).toArray();
        if (isOrderly) {
            java.util.Arrays.sort(at);
        }
        script.lag = random.nextInt(3) == 0 ? 0 : random.nextDouble(40);
        script.isCaptured = random.nextInt(4) != 0;
        script.role = Role.values()[random.nextInt(3)];
        script.faultCode = FAULTS.get(random.nextInt(FAULTS.size()));
        script.failure = script.faultCode.isEmpty() ? "" : "The thing failed. Nothing can be done.";
        script.byProxy = random.nextBoolean();
        script.firstOnServer = random.nextBoolean();
        script.firstOnClient = random.nextBoolean();
        script.isDirect = random.nextInt(6) == 0;
        script.hasServer = random.nextInt(5) != 0;
        script.clientRequest = pair(random, at, 0, 1);
        script.clientRequest = script.clientRequest == null ? EvidenceScript.at(0, 0) : script.clientRequest;
        script.lookUp = maybe(random, pair(random, at, 2, 3));
        script.connect = maybe(random, pair(random, at, 3, 4));
        script.originTls = maybe(random, pair(random, at, 4, 5));
        script.clientTls = maybe(random, pair(random, at, 0, 2));
        script.serverRequest = pair(random, at, 6, 7);
        script.serverResponse = pair(random, at, 9, 11);
        script.clientResponse = pair(random, at, 10, 12);
        script.endedAt = at[13];
        script.preceding = random.nextInt(4) == 0 ? at[1] : -1;
        script.syn = random.nextBoolean() ? at[3] : -1;
        script.synAck = random.nextBoolean() ? at[4] : -1;
        script.acknowledged = random.nextBoolean() ? at[8] : -1;
        script.continued = random.nextInt(6) == 0 ? at[7] : -1;
        script.serverEnded = at[14];
        script.serverEnding = Ending.values()[random.nextInt(4)];
        script.serverEndedBy = random.nextBoolean() ? Optional.empty() : Optional.of(Heading.values()[random.nextInt(2)]);
        script.isResponseWhole = random.nextInt(4) != 0;
        script.requestRepeats = random.nextInt(3) == 0 ? 1 : 0;
        script.declaredLength = random.nextBoolean() ? 10_000 : -1;
        script.coverage = Coverage.values()[random.nextInt(4)];
        for (int i = random.nextInt(6); i > 0; i--) {
            (random.nextBoolean() ? script.onClient : script.onServer).add(annotation(random, at));
        }
        if (random.nextInt(5) == 0) {
            script.attempts.add(script.attempt(at[2], at[5], annotation(random, at)));
        }
        return script.evidence();
    }

    private static Annotation annotation(RandomGenerator random, double[] at) {
        double one = at[random.nextInt(at.length)];
        double other = at[random.nextInt(at.length)];
        AnnotationCode code = AnnotationCode.values()[random.nextInt(AnnotationCode.values().length)];
        Heading heading = Heading.values()[random.nextInt(2)];
        long packet = 1 + random.nextInt(1000);
        return random.nextBoolean() ? EvidenceScript.lost(code, heading, Math.min(one, other), Math.max(one, other), packet)
                : EvidenceScript.annotation(code, heading, Math.min(one, other), Math.max(one, other), packet);
    }

    private static double[] pair(RandomGenerator random, double[] at, int first, int last) {
        return random.nextInt(6) == 0 ? null : EvidenceScript.at(at[first], at[last]);
    }

    private static double[] maybe(RandomGenerator random, double[] pair) {
        return random.nextBoolean() ? pair : null;
    }
}
