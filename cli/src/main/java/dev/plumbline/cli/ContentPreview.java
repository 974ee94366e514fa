package dev.plumbline.cli;

import dev.plumbline.cli.Look.Ink;
import dev.plumbline.fact.MessageKind;
import dev.plumbline.recording.MessageRow;
import dev.plumbline.recording.Recording;
import dev.plumbline.wire.Leg;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** The first lines of an exchange's contents, where they are text. Coded content is named, not decoded: a bomb is no preview. */
final class ContentPreview {
    private static final int MOST_OCTETS = 4096;
    private static final int MOST_LINES = 12;
    private static final int MOST_COLUMNS = 160;

    private final Recording recording;
    private final Look look;

    ContentPreview(Recording recording, Look look) {
        this.recording = recording;
        this.look = look;
    }

    /** A message's content is kept on the leg it came in on. */
    List<String> lines(Paired paired) {
        List<String> out = new ArrayList<>();
        paired.row().message(Leg.CLIENT, MessageKind.REQUEST).ifPresent(message -> add(out, "request content", message));
        paired.row().message(Leg.SERVER, MessageKind.RESPONSE).or(() -> paired.row().message(Leg.CLIENT, MessageKind.RESPONSE))
                .ifPresent(message -> add(out, "response content", message));
        return out;
    }

    private void add(List<String> out, String title, MessageRow message) {
        if (message.contentLength() <= 0) {
            return;
        }
        String type = field(message, "content-type").orElse("");
        String coding = field(message, "content-encoding").filter(value -> !value.equalsIgnoreCase("identity")).orElse("");
        String cut = message.isContentCut() ? ", " + Quantity.octets(message.storedContent()) + " of it kept" : "";
        out.add("");
        out.add(look.ink(Ink.DIM, title + "  " + Quantity.octets(message.contentLength()) + (type.isEmpty() ? "" : ", " + look.safe(type)) + cut));
        if (message.storedContent() == 0) {
            return;
        }
        if (!coding.isEmpty()) {
            out.add("  (" + look.safe(coding) + "-coded; 'export --har' has it decoded)");
            return;
        }
        byte[] head = head(message);
        if (isText(head)) {
            addText(out, Escaper.decode(head), head.length < message.contentLength());
        } else {
            out.add("  (not text)");
        }
    }

    private void addText(List<String> out, String text, boolean more) {
        List<String> lines = text.lines().limit(MOST_LINES + 1L).collect(Collectors.toList());
        int width = look.width() > 0 ? Math.max(20, look.width() - 2) : MOST_COLUMNS;
        lines.stream().limit(MOST_LINES).forEach(line -> out.add("  " + look.cut(look.safe(line.replace("\t", "    ")), width)));
        if (more || lines.size() > MOST_LINES) {
            out.add("  " + look.ink(Ink.DIM, look.ellipsis()));
        }
    }

    private byte[] head(MessageRow message) {
        try (InputStream content = recording.content(message)) {
            return wholeCharacters(content.readNBytes(MOST_OCTETS), message.isContentCut() || message.contentLength() > MOST_OCTETS);
        } catch (IOException e) {
            throw new CommandException("cannot read content of " + message.key() + ": " + Failures.line(e), e);
        }
    }

    /** Without the beginning of a character whose end was cut off: it would make the UTF-8 before it look broken (RFC 3629 §3). */
    private static byte[] wholeCharacters(byte[] octets, boolean isCut) {
        int last = octets.length - 1;
        while (last > 0 && last > octets.length - 4 && (octets[last] & 0xc0) == 0x80) {
            last--;
        }
        boolean isTorn = isCut && last >= 0 && last + charLength(octets[last]) > octets.length;
        return isTorn ? Arrays.copyOf(octets, last) : octets;
    }

    /** Octets of the character that begins with this one. */
    private static int charLength(byte first) {
        return (first & 0xe0) == 0xc0 ? 2 : (first & 0xf0) == 0xe0 ? 3 : (first & 0xf8) == 0xf0 ? 4 : 1;
    }

    /** Control characters other than white space are what binary formats begin with. */
    private static boolean isText(byte[] octets) {
        for (byte octet : octets) {
            if (octet >= 0 && octet < 0x20 && octet != '\t' && octet != '\n' && octet != '\r' && octet != '\f' && octet != 0x1b) {
                return false;
            }
        }
        return true;
    }

    private static Optional<String> field(MessageRow message, String name) {
        return PairedText.headLines(message).stream().skip(1)
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name + ":"))
                .map(line -> line.substring(name.length() + 1).trim()).findFirst();
    }
}
