package dev.plumbline.export.har;

import dev.plumbline.analyze.AnnotationCode;
import dev.plumbline.analyze.Diagnosis;
import dev.plumbline.analyze.Part;
import dev.plumbline.analyze.Severity;
import dev.plumbline.analyze.Source;
import dev.plumbline.export.har.HarCheck.Node;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Judges {@code _tcp}, {@code _split}, {@code _diagnosis} and {@code _annotations}: that they claim nothing they do not show. */
final class EvidenceCheck {
    private static final Set<String> COVERAGES = Set.of("pending", "complete", "partial", "none");
    private static final Set<String> REASONS = Set.of("dropped", "snapped", "no-syn", "capture-off", "no-interface", "unbound", "unsent", "limit");

    private static final Set<String> LEGS = Set.of("client", "server");
    private static final Set<String> DIAGNOSES = words(Diagnosis.Code.values(), Diagnosis.Code::word);
    private static final Set<String> CODES = words(AnnotationCode.values(), AnnotationCode::word);
    private static final Set<String> PARTS = words(Part.values(), Part::word);
    private static final Set<String> SOURCES = words(Source.values(), Source::word);
    private static final BigDecimal ROUNDING = BigDecimal.valueOf(1, 6);
    private static final Set<String> SEVERITIES = words(Severity.values(), Severity::word);

    private EvidenceCheck() {
    }

    static void tcp(Node tcp, String exchange, int frames) {
        tcp.expect(tcp.has("client"), "no client leg");
        for (String leg : List.of("client", "server")) {
            if (tcp.has(leg)) {
                leg(tcp.object(leg), frames);
            }
        }
        if (tcp.has("client")) {
            String connection = tcp.object("client").text("connection");
            tcp.expect(exchange.startsWith(connection + "."), "client.connection " + connection + " is not that of " + exchange);
        }
    }

    static void annotations(Node annotations, int frames) {
        for (Node annotation : annotations.elements()) {
            annotation.expect(CODES.contains(annotation.text("code")), "code is " + annotation.text("code"));
            annotation.expect(LEGS.contains(annotation.text("leg")), "leg is " + annotation.text("leg"));
            annotation.expect(SEVERITIES.contains(annotation.text("severity")), "severity is " + annotation.text("severity"));
            annotation.expect(!annotation.text("text").isEmpty(), "text is empty");
            List<Node> evidence = annotation.array("frames").elements();
            annotation.expect(!evidence.isEmpty(), "without frames");
            for (Node element : evidence) {
                long frame = element.value() instanceof Long number ? number : -1;
                element.expect(frame > 0 && (frames < 0 || frame <= frames), "frame " + frame + " of " + frames);
            }
        }
    }

    static void diagnosis(Node diagnosis, int frames) {
        diagnosis.expect(DIAGNOSES.contains(diagnosis.text("code")), "code is " + diagnosis.text("code"));
        diagnosis.expect(diagnosis.isNull("leg") || LEGS.contains(diagnosis.text("leg")), "leg is neither null nor a leg");
        diagnosis.expect(SEVERITIES.contains(diagnosis.text("severity")), "severity is " + diagnosis.text("severity"));
        diagnosis.expect(SOURCES.contains(diagnosis.text("source")), "source is " + diagnosis.text("source"));
        diagnosis.expect(!diagnosis.text("text").isEmpty(), "text is empty");
        ascending(diagnosis, "frames", frames);
    }

    /** Its parts, which add up to its time. */
    static void split(Node split) {
        BigDecimal sum = BigDecimal.ZERO;
        for (Node part : split.array("parts").elements()) {
            sum = sum.add(part(part));
        }
        split.array("ahead").elements().forEach(EvidenceCheck::part);
        split.array("doubts");
        BigDecimal time = BigDecimal.valueOf(split.number("time"));
        split.expect(time.subtract(sum).abs().compareTo(ROUNDING) < 0, "time is " + time + ", its parts add up to " + sum);
    }

    private static BigDecimal part(Node part) {
        part.expect(PARTS.contains(part.text("part")), "part is " + part.text("part"));
        part.expect(SOURCES.contains(part.text("source")), "source is " + part.text("source"));
        part.expect(part.isNull("leg") || LEGS.contains(part.text("leg")), "leg is neither null nor a leg");
        part.expect(part.number("time") > 0, "time is " + part.number("time"));
        return BigDecimal.valueOf(part.number("time"));
    }

    private static <T> Set<String> words(T[] values, Function<T, String> word) {
        return Arrays.stream(values).map(word).collect(Collectors.toUnmodifiableSet());
    }

    private static void leg(Node leg, int frames) {
        for (String name : List.of("connection", "initiator", "responder")) {
            leg.expect(!leg.text(name).isEmpty(), name + " is empty");
        }
        leg.expect(leg.has("tcpStream") && (leg.isNull("tcpStream") || leg.whole("tcpStream") >= 0), "tcpStream is neither null nor a stream");
        for (String name : List.of("request", "response")) {
            if (leg.has(name)) {
                message(leg.object(name), leg.isNull("tcpStream"), frames);
            }
        }
        if (leg.has("interim")) {
            for (Node interim : leg.array("interim").elements()) {
                long status = interim.whole("status");
                interim.expect(status >= 100 && status < 200, "status is " + status);
                message(interim, leg.isNull("tcpStream"), frames);
            }
        }
        ascending(leg, "handshake", frames);
        Node close = leg.object("close");
        close.expect(close.isNull("by") || Set.of("initiator", "responder").contains(close.text("by")), "by is neither initiator nor responder nor null");
        close.expect(Set.of("fin", "rst", "open", "unknown").contains(close.text("how")), "how is " + close.text("how"));
        ascending(close, "frames", frames);
        leg.object("info");
    }

    private static void message(Node message, boolean unseen, int frames) {
        String coverage = message.text("coverage");
        message.expect(COVERAGES.contains(coverage), "coverage is " + coverage);
        message.expect(message.isNull("reason") || REASONS.contains(message.text("reason")), "reason is none of those there are");
        message.expect(!coverage.equals("complete") || message.isNull("reason"), "complete, with a reason");
        message.expect(!coverage.equals("partial") && !coverage.equals("none") || !message.isNull("reason"), coverage + " without a reason");
        boolean empty = ranges(message);
        int carriers = ascending(message, "frames", frames);
        ascending(message, "repeats", frames);
        message.expect(!coverage.equals("none") || carriers == 0, "coverage none, with frames");
        message.expect(!coverage.equals("complete") || empty || carriers > 0, "coverage complete, without frames");
        message.expect(!unseen || carriers == 0, "frames without a tcpStream");
        message.expect(carriers == 0 || !message.isNull("firstAt") && !message.isNull("lastAt"), "frames without their times");
        if (!message.isNull("firstAt") && !message.isNull("lastAt")) {
            message.expect(!HarCheck.time(message, "lastAt").isBefore(HarCheck.time(message, "firstAt")), "lastAt is before firstAt");
        }
    }

    /** @return whether there are none */
    private static boolean ranges(Node message) {
        double before = -1;
        for (Node range : message.array("wireRanges").elements()) {
            List<Node> ends = range.elements();
            boolean whole = ends.size() == 2 && ends.get(0).value() instanceof Long && ends.get(1).value() instanceof Long;
            range.expect(whole, "is no pair of offsets");
            if (whole) {
                long from = (Long) ends.get(0).value();
                long to = (Long) ends.get(1).value();
                range.expect(from > before && to > from, "[" + from + "," + to + ") is empty or does not follow what ends at " + (long) before);
                before = to;
            }
        }
        return before < 0;
    }

    private static int ascending(Node node, String name, int frames) {
        List<Node> elements = node.array(name).elements();
        long before = 0;
        for (Node element : elements) {
            long frame = element.value() instanceof Long number ? number : -1;
            element.expect(frame > before, "frame " + frame + " after " + before);
            element.expect(frames < 0 || frame <= frames, "frame " + frame + " of " + frames);
            before = frame;
        }
        return elements.size();
    }
}
