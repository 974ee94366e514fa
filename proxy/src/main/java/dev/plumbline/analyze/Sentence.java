package dev.plumbline.analyze;

import dev.plumbline.wire.PacketId;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A sentence that names packets, whatever a reader calls them: by their ids in a recording, by their frame numbers in an export.
 *
 * @param pieces one after the other
 */
public record Sentence(List<Piece> pieces) {
    private static final int FEW = 3;

    /**
     * Words, then the names of packets.
     *
     * @param named ascending; empty where it names none
     */
    public record Piece(String words, List<PacketId> named) {
        public Piece {
            named = List.copyOf(named);
        }
    }

    public Sentence {
        pieces = List.copyOf(pieces);
    }

    /** One that names no packet. */
    public static Sentence plain(String text) {
        return new Sentence(List.of(new Piece(text, List.of())));
    }

    /** With the packets behind it; the same as {@link #plain} where there are none. */
    public static Sentence ending(String text, List<PacketId> packets) {
        return new Sentence(List.of(new Piece(text, packets)));
    }

    /** With the packets in brackets behind it, where there are any. */
    static Sentence naming(String text, List<PacketId> packets) {
        return packets.isEmpty() ? plain(text) : ending(text + " (", packets).then(")");
    }

    Sentence then(String more) {
        return then(plain(more));
    }

    Sentence then(Sentence more) {
        return new Sentence(Stream.concat(pieces.stream(), more.pieces.stream()).toList());
    }

    /** @param names what packets are called, one or several; not asked when none is named */
    public String of(Function<List<PacketId>, String> names) {
        return pieces.stream().map(piece -> piece.words + (piece.named.isEmpty() ? "" : names.apply(piece.named))).collect(Collectors.joining());
    }

    /** All of a few names; the first and the last of many. */
    public static String listed(List<String> names) {
        return names.size() > FEW ? names.get(0) + "–" + names.get(names.size() - 1) : String.join(", ", names);
    }
}
