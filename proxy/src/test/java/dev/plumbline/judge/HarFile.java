package dev.plumbline.judge;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A HAR, read without any of the product's code. */
final class HarFile {
    private static final JsonFactory FACTORY = new JsonFactoryBuilder()
            .streamReadConstraints(StreamReadConstraints.builder().maxStringLength(128 << 20).build()).build();

    private HarFile() {
    }

    static List<Node> entries(Path file) throws IOException {
        try (JsonParser parser = FACTORY.createParser(file.toFile())) {
            parser.nextToken();
            return new Node(value(parser)).at("log").list("entries");
        }
    }

    private static Object value(JsonParser parser) throws IOException {
        JsonToken token = parser.currentToken();
        if (token == JsonToken.START_OBJECT) {
            Map<String, Object> map = new LinkedHashMap<>();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                map.put(name, value(parser));
            }
            return map;
        }
        if (token == JsonToken.START_ARRAY) {
            List<Object> list = new ArrayList<>();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                list.add(value(parser));
            }
            return list;
        }
        if (token == JsonToken.VALUE_NUMBER_INT) {
            return parser.getLongValue();
        }
        return token == JsonToken.VALUE_NULL ? null : parser.getText();
    }

    /** A value of the file. What is not there throws, with its name. */
    record Node(Object value) {
        boolean has(String name) {
            return value instanceof Map<?, ?> map && map.get(name) != null;
        }

        Node at(String name) {
            if (!has(name)) {
                throw new IllegalStateException("no " + name + " in " + value);
            }
            return new Node(((Map<?, ?>) value).get(name));
        }

        List<Node> list(String name) {
            return ((List<?>) at(name).value()).stream().map(Node::new).toList();
        }

        List<Integer> numbers(String name) {
            return at(name).numbers();
        }

        List<Integer> numbers() {
            return ((List<?>) value).stream().map(each -> new Node(each).number()).toList();
        }

        int number() {
            return Math.toIntExact((Long) value);
        }

        int number(String name) {
            return at(name).number();
        }

        String text(String name) {
            return String.valueOf(at(name).value());
        }

        /** {@code wireRanges}, as {@code [[1, 2], [4, 9]]}. */
        String ranges() {
            return String.valueOf(at("wireRanges").value());
        }

        /** HAR's headers as lines. */
        List<String> fields() {
            return list("headers").stream().map(field -> field.text("name") + ": " + field.text("value")).toList();
        }

        /** The octets of {@code content} or {@code postData}; empty when the file has none. */
        byte[] octets(String encoding) {
            String text = has("text") ? text("text") : "";
            return has(encoding) ? Base64.getDecoder().decode(text) : text.getBytes(StandardCharsets.UTF_8);
        }
    }
}
