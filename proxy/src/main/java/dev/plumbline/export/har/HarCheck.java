package dev.plumbline.export.har;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Judges whether a HAR means what it says: sums, sizes, order, evidence. Schema validators look at shapes alone and let
 * wrong sums and negative durations pass.
 *
 * <p>Owned by: one thread.
 * <p>Limits: one entry in memory at a time.
 * <p>Source: HAR 1.2, and our own fields.
 */
public final class HarCheck {
    private static final JsonFactory FACTORY = new JsonFactoryBuilder()
            .streamReadConstraints(StreamReadConstraints.builder().maxStringLength(64 << 20).build())
            .build();

    private final List<String> findings = new ArrayList<>();
    private final int frames;
    private final Set<String> pages = new HashSet<>();
    private final Set<String> exchanges = new HashSet<>();
    private OffsetDateTime before = OffsetDateTime.MIN;
    private int entries;

    private HarCheck(int frames) {
        this.frames = frames;
    }

    /**
     * Looks at all of the file.
     *
     * @param frames how many frames the pcapng beside it has; −1 when that is not known
     * @return what is wrong, each with its place; empty when nothing is
     */
    public static List<String> check(Path har, int frames) throws IOException {
        HarCheck check = new HarCheck(frames);
        try (InputStream in = Files.newInputStream(har); JsonParser parser = FACTORY.createParser(in)) {
            check.file(parser);
        }
        return List.copyOf(check.findings);
    }

    private void file(JsonParser parser) throws IOException {
        if (parser.nextToken() != JsonToken.START_OBJECT || parser.nextToken() != JsonToken.FIELD_NAME || !parser.currentName().equals("log")) {
            findings.add("file: expected an object with the field log");
            return;
        }
        parser.nextToken();
        Set<String> seen = new HashSet<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            seen.add(name);
            parser.nextToken();
            if (name.equals("entries")) {
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    entry(new Node("entries[" + entries++ + "]", HarTree.read(parser), findings));
                }
            } else {
                header(name, new Node(name, HarTree.read(parser), findings));
            }
        }
        for (String name : List.of("version", "creator", "pages", "entries")) {
            if (!seen.contains(name)) {
                findings.add("log: no " + name);
            }
        }
        if (parser.nextToken() != JsonToken.END_OBJECT || parser.nextToken() != null) {
            findings.add("file: something follows the log");
        }
    }

    private void header(String name, Node node) {
        switch (name) {
            case "version" -> node.expect("1.2".equals(node.value()), "version is not 1.2");
            case "creator" -> {
                node.text("name");
                node.text("version");
            }
            case "pages" -> node.elements().forEach(page -> {
                time(page, "startedDateTime");
                page.text("title");
                page.object("pageTimings");
                pages.add(page.text("id"));
            });
            default -> { }
        }
    }

    private void entry(Node entry) {
        OffsetDateTime start = time(entry, "startedDateTime");
        entry.expect(!start.isBefore(before), "starts before the entry before it");
        before = start;
        if (entry.has("pageref")) {
            entry.expect(pages.contains(entry.text("pageref")), "pageref names no page before it");
        }
        entry.object("cache");
        timings(entry);
        MessageCheck.request(entry.object("request"));
        MessageCheck.response(entry.object("response"));
        if (entry.has("serverIPAddress")) {
            String address = entry.text("serverIPAddress");
            entry.expect(!address.isEmpty() && !address.startsWith("["), "serverIPAddress is empty or in brackets: " + address);
        }
        if (entry.has("connection")) {
            entry.expect(!entry.text("connection").isEmpty(), "connection is empty");
        }
        String exchange = entry.text("_exchange");
        entry.expect(exchange.matches("c[1-9][0-9]*\\.[1-9][0-9]*"), "_exchange is not an exchange's id: " + exchange);
        entry.expect(exchanges.add(exchange), "_exchange is there twice: " + exchange);
        if (entry.has("_split")) {
            EvidenceCheck.split(entry.object("_split"));
        }
        if (entry.has("_diagnosis")) {
            EvidenceCheck.diagnosis(entry.object("_diagnosis"), frames);
        }
        EvidenceCheck.annotations(entry.array("_annotations"), frames);
        EvidenceCheck.tcp(entry.object("_tcp"), exchange, frames);
    }

    private static void timings(Node entry) {
        Node timings = entry.object("timings");
        double sum = 0;
        for (String phase : List.of("blocked", "dns", "connect", "ssl", "send", "wait", "receive")) {
            boolean required = phase.equals("send") || phase.equals("wait") || phase.equals("receive");
            if (!required && !timings.has(phase)) {
                continue;
            }
            double value = timings.number(phase);
            timings.expect(value >= 0 || !required && value == -1, phase + " is " + value);
            sum += phase.equals("ssl") ? 0 : Math.max(0, value);
        }
        double time = entry.number("time");
        entry.expect(time >= 0, "time is " + time);
        entry.expect(Math.abs(time - sum) < 1e-6, "time is " + time + ", its phases add up to " + sum);
        double ssl = timings.has("ssl") ? timings.number("ssl") : -1;
        double connect = timings.has("connect") ? timings.number("connect") : -1;
        timings.expect(ssl <= connect, "ssl " + ssl + " is more than connect " + connect);
    }

    static OffsetDateTime time(Node node, String name) {
        try {
            return OffsetDateTime.parse(node.text(name));
        } catch (DateTimeParseException e) {
            node.expect(false, name + " is no date with a zone");
            return OffsetDateTime.MIN;
        }
    }

    /** A value and its place in the file. What is not there or of another type is a finding, and read as empty. */
    record Node(String path, Object value, List<String> findings) {
        void expect(boolean holds, String otherwise) {
            if (!holds) {
                findings.add(path + ": " + otherwise);
            }
        }

        boolean has(String name) {
            return value instanceof Map<?, ?> map && map.containsKey(name);
        }

        boolean isNull(String name) {
            return has(name) && ((Map<?, ?>) value).get(name) == null;
        }

        private Object field(String name) {
            return value instanceof Map<?, ?> map ? map.get(name) : null;
        }

        String text(String name) {
            expect(field(name) instanceof String, name + " is no text");
            return field(name) instanceof String text ? text : "";
        }

        double number(String name) {
            expect(field(name) instanceof Number, name + " is no number");
            return field(name) instanceof Number number ? number.doubleValue() : 0;
        }

        long whole(String name) {
            expect(field(name) instanceof Long, name + " is no whole number");
            return field(name) instanceof Long number ? number : 0;
        }

        Node object(String name) {
            expect(field(name) instanceof Map, name + " is no object");
            return new Node(path + "." + name, field(name), findings);
        }

        Node array(String name) {
            expect(field(name) instanceof List, name + " is no list");
            return new Node(path + "." + name, field(name), findings);
        }

        List<Node> elements() {
            List<Node> nodes = new ArrayList<>();
            if (value instanceof List<?> list) {
                for (int i = 0; i < list.size(); i++) {
                    nodes.add(new Node(path + "[" + i + "]", list.get(i), findings));
                }
            }
            return nodes;
        }
    }
}
