package dev.plumbline.analyze;

import dev.plumbline.wire.PacketId;
import java.util.List;
import java.util.function.Function;

/**
 * A sentence that names packets, whatever a reader calls them: by their ids in a recording, by their frame numbers in an export.
 *
 * @param before up to the names; all of it when no packet is named
 * @param named the packets it names, ascending
 * @param after what follows the names
 */
public record Sentence(String before, List<PacketId> named, String after) {
    private static final int FEW = 3;

    public Sentence {
        named = List.copyOf(named);
    }

    /** One that names no packet. */
    static Sentence plain(String text) {
        return new Sentence(text, List.of(), "");
    }

    /** With the packets in brackets behind it, where there are any. */
    static Sentence naming(String text, List<PacketId> packets) {
        return packets.isEmpty() ? plain(text) : new Sentence(text + " (", packets, ")");
    }

    /** Goes on after the names. */
    Sentence then(String more) {
        return named.isEmpty() ? plain(before + more) : new Sentence(before, named, after + more);
    }

    /** @param names what packets are called, one or several; not asked when none is named */
    public String of(Function<List<PacketId>, String> names) {
        return named.isEmpty() ? before : before + names.apply(named) + after;
    }

    /** All of a few names; the first and the last of many. */
    public static String listed(List<String> names) {
        return names.size() > FEW ? names.get(0) + "–" + names.get(names.size() - 1) : String.join(", ", names);
    }
}
