package dev.plumbline.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Optional;

/**
 * JSON for programs that is safe on a terminal too: everything beyond printable ASCII is {@code \\u….}. One object a line.
 *
 * <p>Owned by: nobody, it has no state.
 */
final class Json {
    private static final JsonFactory FACTORY =
            JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build().setCharacterEscapes(new WithDelete());

    private Json() {
    }

    /** Writes into a generator. */
    @FunctionalInterface
    interface Body {
        void write(JsonGenerator json) throws IOException;
    }

    /** Inside a walk that knows nothing of I/O. */
    @FunctionalInterface
    interface Step {
        void run() throws IOException;
    }

    static void unchecked(Step step) {
        try {
            step.run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One object, without a line end. */
    static String object(Body body) {
        StringWriter text = new StringWriter(512);
        try (JsonGenerator json = FACTORY.createGenerator(text)) {
            object(json, body);
        } catch (IOException e) {
            throw new UncheckedIOException("a string cannot fail", e);
        }
        return text.toString();
    }

    /** One object, without a line end, written as it is made. Leaves {@code out} open. */
    static void object(OutputStream out, Body body) throws IOException {
        try (JsonGenerator json = FACTORY.createGenerator(out)) {
            json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET).disable(JsonGenerator.Feature.FLUSH_PASSED_TO_STREAM);
            object(json, body);
        }
    }

    private static void object(JsonGenerator json, Body body) throws IOException {
        json.writeStartObject();
        body.write(json);
        json.writeEndObject();
    }

    /** The text, or null where there is none: absence never looks like a value. */
    static void text(JsonGenerator json, String name, String value) throws IOException {
        json.writeFieldName(name);
        if (value.isEmpty()) {
            json.writeNull();
        } else {
            json.writeString(value);
        }
    }

    static void text(JsonGenerator json, String name, Optional<?> value) throws IOException {
        text(json, name, value.map(Object::toString).orElse(""));
    }

    /** A number, or null where −1 or less says that there is none. */
    static void number(JsonGenerator json, String name, long value) throws IOException {
        json.writeFieldName(name);
        if (value < 0) {
            json.writeNull();
        } else {
            json.writeNumber(value);
        }
    }

    /** A time in nanoseconds since 1970; null for −1. */
    static void time(JsonGenerator json, String name, long nanos) throws IOException {
        text(json, name, nanos < 0 ? "" : Quantity.iso(nanos));
    }

    /** RFC 8259 lets DEL stand as it is; a terminal would act on it. */
    private static final class WithDelete extends CharacterEscapes {
        private static final long serialVersionUID = 1;

        private final int[] ascii = standardAsciiEscapesForJSON();

        WithDelete() {
            ascii[0x7f] = ESCAPE_STANDARD;
        }

        @Override
        public int[] getEscapeCodesForAscii() {
            return ascii.clone();
        }

        @Override
        public SerializableString getEscapeSequence(int character) {
            return null;
        }
    }
}
