package dev.plumbline.export.har;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Octets to text, without loss or not at all. */
final class Text {
    private Text() {
    }

    /** UTF-8 where the octets are that, otherwise ISO 8859-1, in which every octet is a character. */
    static String of(byte[] octets) {
        return strictly(octets, StandardCharsets.UTF_8).orElseGet(() -> new String(octets, StandardCharsets.ISO_8859_1));
    }

    /** The text, or empty when the octets are not of that charset. */
    static Optional<String> strictly(byte[] octets, Charset charset) {
        try {
            return Optional.of(charset.newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(octets))
                    .toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    /** The text with each unpaired surrogate replaced: such a text has no UTF-8, so JSON could not hold it. */
    static String wellFormed(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                return new String(text.getBytes(StandardCharsets.UTF_16BE), StandardCharsets.UTF_16BE);
            }
        }
        return text;
    }

    /** Undoes percent-encoding; what is not {@code %} and two hex digits stays. {@code plus}: a plus sign is a space. */
    static String percentDecoded(String text, boolean plus) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(text.length());
        byte[] octets = text.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < octets.length; i++) {
            if (octets[i] == '%' && i + 2 < octets.length && isHex(octets[i + 1]) && isHex(octets[i + 2])) {
                out.write(Character.digit(octets[i + 1], 16) << 4 | Character.digit(octets[i + 2], 16));
                i += 2;
            } else {
                out.write(plus && octets[i] == '+' ? ' ' : octets[i]);
            }
        }
        return of(out.toByteArray());
    }

    static boolean isHex(int octet) {
        return octet < 0x80 && Character.digit(octet, 16) >= 0;
    }
}
