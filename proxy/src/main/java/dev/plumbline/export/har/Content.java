package dev.plumbline.export.har;

import dev.plumbline.recording.MessageRow;
import dev.plumbline.recording.Recording;
import dev.plumbline.recording.RecordingException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Content of a message as HAR shows it: content coding undone, as text where it is text, otherwise as Base64.
 *
 * <p>Limits: {@value #MAX} octets coded, and as many decoded.
 *
 * @param size octets after decoding; where decoding stopped early, those there are
 * @param isWhole whether {@code text} holds all of it
 * @param isDecoded whether a content coding was undone to the end, so that {@code size} is the true size
 * @param text absent when nothing was kept or there is nothing
 * @param isBase64 whether {@code text} is Base64
 * @param isOpaque whether a coding could not be undone, so that {@code text} is still coded
 * @param comment what a reader must know; empty when nothing
 */
record Content(long size, boolean isWhole, boolean isDecoded, Optional<String> text, boolean isBase64, boolean isOpaque, String comment) {
    static final int MAX = 8 << 20;
    private static final int MAX_CODINGS = 3;
    private static final List<String> TEXTUAL = List.of(
            "application/json", "application/xml", "application/javascript", "application/x-javascript", "application/ecmascript",
            "application/x-www-form-urlencoded", "application/graphql", "application/x-ndjson", "application/ndjson", "application/jsonl",
            "application/x-yaml", "application/yaml", "application/toml", "application/sql", "application/dns-json", "application/xhtml+xml",
            "application/x-mpegurl", "application/vnd.apple.mpegurl", "application/manifest+json", "application/csp-report", "image/svg+xml");

    /** @param row the message whose content was kept; @param length octets of content the message had on the leg that is shown */
    static Content of(Recording recording, MessageRow row, long length, Head head) {
        List<String> notes = new ArrayList<>();
        if (length == 0) {
            return new Content(0, true, false, Optional.empty(), false, false, "");
        }
        byte[] octets = read(recording, row, length);
        if (octets.length == 0) {
            return new Content(length, false, false, Optional.empty(), false, false, "the recording kept none of the " + length + " octets");
        }
        boolean whole = octets.length >= length;
        if (!whole) {
            String who = octets.length < row.storedContent() ? "shown here: the first " : "the recording kept the first ";
            notes.add(who + octets.length + " of " + length + " octets");
        }
        long size = length;
        boolean decoded = false;
        boolean opaque = false;
        List<String> codings = codings(head);
        if (!codings.isEmpty()) {
            Optional<Inflating> inflated = undone(codings, octets);
            if (inflated.isPresent()) {
                octets = inflated.get().octets();
                size = octets.length;
                if (!inflated.get().problem().isEmpty()) {
                    notes.add(inflated.get().problem());
                }
                whole &= inflated.get().problem().isEmpty();
                decoded = whole;
            } else {
                opaque = true;
                notes.add("content coding " + String.join(", ", codings) + " is left in place");
            }
        }
        Optional<String> text = opaque ? Optional.empty() : text(octets, head, whole);
        String shown = text.orElse("");
        if (text.isEmpty()) {
            shown = Base64.getEncoder().encodeToString(octets);
        }
        return new Content(size, whole, decoded, Optional.of(shown), text.isEmpty(), opaque, String.join("; ", notes));
    }

    /** The media type of the head without parameters, in lower case; empty when there is none. */
    static String mediaType(Head head) {
        return head.first("Content-Type").map(type -> type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT)).orElse("");
    }

    /** The other leg may have had more of it: what never came through is not shown. */
    private static byte[] read(Recording recording, MessageRow row, long length) {
        try (InputStream in = recording.content(row)) {
            return in.readNBytes((int) Math.min(MAX, length));
        } catch (IOException e) {
            throw new RecordingException("content of " + row.key() + " cannot be read", e);
        }
    }

    private static List<String> codings(Head head) {
        return Arrays.stream(String.join(",", head.all("Content-Encoding")).split(","))
                .map(coding -> coding.strip().toLowerCase(Locale.ROOT))
                .filter(coding -> !coding.isEmpty() && !coding.equals("identity"))
                .toList();
    }

    /** Codings are undone last to first; empty when one of them is not known here. */
    private static Optional<Inflating> undone(List<String> codings, byte[] octets) {
        if (codings.size() > MAX_CODINGS) {
            return Optional.empty();
        }
        Inflating now = new Inflating(octets, "");
        for (int i = codings.size() - 1; i >= 0; i--) {
            String before = now.problem();
            switch (codings.get(i)) {
                case "gzip", "x-gzip" -> now = Inflating.gunzip(now.octets(), MAX);
                case "deflate" -> now = Inflating.inflate(now.octets(), MAX);
                default -> {
                    return Optional.empty();
                }
            }
            if (!before.isEmpty()) {
                now = new Inflating(now.octets(), before);
            }
        }
        boolean nothingOfIt = now.octets().length == 0 && !now.problem().isEmpty();
        return nothingOfIt ? Optional.empty() : Optional.of(now);
    }

    private static Optional<String> text(byte[] octets, Head head, boolean whole) {
        String type = mediaType(head);
        if (!isTextual(type)) {
            return Optional.empty();
        }
        Charset charset = charset(head);
        Optional<String> all = Text.strictly(octets, charset);
        if (all.isPresent() || whole || !charset.equals(StandardCharsets.UTF_8)) {
            return all;
        }
        // A cut may fall inside a character of up to four octets.
        for (int cut = 1; cut <= 3 && cut < octets.length; cut++) {
            Optional<String> shorter = Text.strictly(Arrays.copyOf(octets, octets.length - cut), charset);
            if (shorter.isPresent()) {
                return shorter;
            }
        }
        return Optional.empty();
    }

    static boolean isTextual(String type) {
        return type.startsWith("text/") || type.endsWith("+json") || type.endsWith("+xml") || TEXTUAL.contains(type);
    }

    private static Charset charset(Head head) {
        String type = head.first("Content-Type").orElse("");
        for (String parameter : type.split(";")) {
            String trimmed = parameter.strip();
            if (trimmed.regionMatches(true, 0, "charset=", 0, 8)) {
                return named(trimmed.substring(8).replace("\"", "").strip());
            }
        }
        return StandardCharsets.UTF_8;
    }

    private static Charset named(String name) {
        try {
            return Charset.forName(name);
        } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
            return StandardCharsets.UTF_8;
        }
    }
}
