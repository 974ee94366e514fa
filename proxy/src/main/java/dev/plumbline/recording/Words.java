package dev.plumbline.recording;

import dev.plumbline.analyze.AnnotationCode;
import dev.plumbline.correlate.Coverage;
import dev.plumbline.correlate.Finding.Ending;
import dev.plumbline.fact.MessageKind;
import dev.plumbline.wire.Heading;
import dev.plumbline.wire.Leg;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** From the words in the database back to what they mean. */
final class Words {
    private static final Map<String, MessageKind> KINDS = byWord(MessageKind.values(), MessageKind::word);
    private static final Map<String, Coverage> COVERAGES = byWord(Coverage.values(), Coverage::word);
    private static final Map<String, Coverage.Reason> REASONS = byWord(Coverage.Reason.values(), Coverage.Reason::word);
    private static final Map<String, Heading> HEADINGS = byWord(Heading.values(), Heading::word);
    private static final Map<String, Leg> LEGS = byWord(Leg.values(), Leg::word);
    private static final Map<String, Ending> ENDINGS = byWord(Ending.values(), Ending::word);

    private static final Map<String, AnnotationCode> ANNOTATIONS = byWord(AnnotationCode.values(), AnnotationCode::word);

    private Words() {
    }

    static MessageKind kind(String word) {
        return of(KINDS, word);
    }

    static Coverage coverage(String word) {
        return of(COVERAGES, word);
    }

    static Coverage.Reason reason(String word) {
        return of(REASONS, word);
    }

    static Heading heading(String word) {
        return of(HEADINGS, word);
    }

    static Leg leg(String word) {
        return of(LEGS, word);
    }

    static Ending ending(String word) {
        return of(ENDINGS, word);
    }

    static AnnotationCode annotation(String word) {
        return of(ANNOTATIONS, word);
    }

    private static <T> T of(Map<String, T> words, String word) {
        T value = words.get(word);
        if (value == null) {
            throw new IllegalArgumentException("word: " + word + " (expected: one of " + words.keySet() + ")");
        }
        return value;
    }

    private static <T> Map<String, T> byWord(T[] values, Function<T, String> word) {
        return Stream.of(values).collect(Collectors.toMap(word, v -> v));
    }
}
