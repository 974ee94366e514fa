package dev.plumbline.export.har;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;

/**
 * A JSON writer that takes any text: what could not be UTF-8 is replaced, never a broken file.
 *
 * <p>Owned by: the exporting thread.
 */
final class Json {
    private static final JsonFactory FACTORY = new JsonFactory();

    private final JsonGenerator out;

    Json(OutputStream stream) throws IOException {
        out = FACTORY.createGenerator(stream);
        out.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
    }

    /** What stands inside a pair of brackets. */
    @FunctionalInterface
    interface Inside {
        void write() throws IOException;
    }

    Json object(Inside inside) throws IOException {
        out.writeStartObject();
        inside.write();
        out.writeEndObject();
        return this;
    }

    Json object(String name, Inside inside) throws IOException {
        out.writeFieldName(name);
        return object(inside);
    }

    Json array(String name, Inside inside) throws IOException {
        out.writeFieldName(name);
        out.writeStartArray();
        inside.write();
        out.writeEndArray();
        return this;
    }

    Json text(String name, String value) throws IOException {
        out.writeStringField(name, Text.wellFormed(value));
        return this;
    }

    /** Only when there is something to say. */
    Json textIfAny(String name, String value) throws IOException {
        return value.isEmpty() ? this : text(name, value);
    }

    Json textOrNull(String name, Optional<String> value) throws IOException {
        out.writeFieldName(name);
        if (value.isPresent()) {
            out.writeString(Text.wellFormed(value.get()));
        } else {
            out.writeNull();
        }
        return this;
    }

    Json number(String name, long value) throws IOException {
        out.writeNumberField(name, value);
        return this;
    }

    /** Only when it is known: not negative. */
    Json numberIfKnown(String name, long value) throws IOException {
        return value < 0 ? this : number(name, value);
    }

    Json numberOrNull(String name, long value) throws IOException {
        if (value >= 0) {
            return number(name, value);
        }
        out.writeNullField(name);
        return this;
    }

    /** Nanoseconds as milliseconds. */
    Json millis(String name, long nanos) throws IOException {
        out.writeFieldName(name);
        out.writeNumber(Times.duration(nanos));
        return this;
    }

    Json bool(String name, boolean value) throws IOException {
        out.writeBooleanField(name, value);
        return this;
    }

    Json numbers(String name, int[] values) throws IOException {
        out.writeFieldName(name);
        out.writeArray(values, 0, values.length);
        return this;
    }

    /** Each as an element of an array. */
    void texts(List<String> values) throws IOException {
        for (String value : values) {
            out.writeString(Text.wellFormed(value));
        }
    }

    /** A pair of numbers as an element of an array. */
    void pair(long from, long to) throws IOException {
        out.writeStartArray();
        out.writeNumber(from);
        out.writeNumber(to);
        out.writeEndArray();
    }

    /** A line end between two values: one entry per line can be read, searched and compared with line tools. */
    void line() throws IOException {
        out.writeRaw('\n');
    }

    void flush() throws IOException {
        out.flush();
    }
}
