package dev.plumbline.analyze;

import dev.plumbline.wire.PacketId;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Pieces of sentences. */
final class Sentences {
    private Sentences() {
    }

    /** {@code 4,096}. */
    static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** {@code one retransmission}, {@code 3 retransmissions}. */
    static String count(long count, String noun) {
        return count == 1 ? "one " + noun : number(count) + " " + noun + "s";
    }

    /** {@code p4}, {@code p4, p9}, {@code p40–p77}. */
    static String packets(List<PacketId> packets) {
        return Sentence.listed(packets.stream().map(PacketId::toString).toList());
    }

    static List<PacketId> sorted(List<PacketId> packets) {
        return packets.stream().distinct().sorted(Comparator.comparingLong(PacketId::number)).toList();
    }

    /** Another sentence's first one as a part of ours: without its capital and its full stop. */
    static String clause(String sentence) {
        int stop = sentence.indexOf(". ");
        String first = (stop < 0 ? sentence : sentence.substring(0, stop)).strip();
        String open = first.endsWith(".") ? first.substring(0, first.length() - 1) : first;
        boolean isWord = open.length() > 1 && Character.isUpperCase(open.charAt(0)) && Character.isLowerCase(open.charAt(1));
        return isWord ? Character.toLowerCase(open.charAt(0)) + open.substring(1) : open;
    }
}
