package dev.plumbline.relay.http;

import java.util.Optional;

/**
 * The field lines of a head or a trailer section, as offsets into its octets.
 *
 * <p>Owned by: anyone; immutable. {@link #octets()} is shared, not copied: nobody writes to it.
 * <p>Units: octets from the section's first; text is ISO 8859-1, one char per octet (RFC 9110 5.5).
 * <p>Source: RFC 9112 5.
 */
public abstract sealed class FieldSection permits Head, Trailers {

    private static final int NAME = 0;
    private static final int COLON = 1;
    private static final int VALUE = 2;
    private static final int VALUE_END = 3;
    private static final int KIND = 4;
    static final int STRIDE = 5;

    private final byte[] octets;
    /** Five ints per field: name, colon, value, end of value, ordinal of its {@link KnownField}. */
    private final int[] marks;
    private final int fieldCount;
    private final int kinds;

    FieldSection(Section section) {
        this.octets = section.octets();
        this.marks = section.marks();
        this.fieldCount = section.fieldCount();
        this.kinds = section.kinds();
    }

    /** What the section scanner hands over; the arrays are not used by anyone else. */
    record Section(byte[] octets, int[] marks, int fieldCount, int kinds, int startLineEnd) {
    }

    /** Every octet of the section, its final blank line included, exactly as it came. Not a copy: never write to it. */
    public byte[] octets() {
        return octets;
    }

    /** The length of {@link #octets()}: what HAR calls {@code headersSize}. */
    public int length() {
        return octets.length;
    }

    public int fieldCount() {
        return fieldCount;
    }

    /** The name of the {@code i}th field as it was written. */
    public String name(int i) {
        return Octets.text(octets, nameStart(i), nameEnd(i));
    }

    /** The value of the {@code i}th field without the whitespace around it. */
    public String value(int i) {
        return Octets.text(octets, valueStart(i), valueEnd(i));
    }

    /** The index of the first field of that name, or −1. */
    public int indexOf(String name) {
        for (int i = 0; i < fieldCount; i++) {
            if (isNamed(i, name)) {
                return i;
            }
        }
        return -1;
    }

    /** The value of the first field of that name. */
    public Optional<String> first(String name) {
        int i = indexOf(name);
        return i < 0 ? Optional.empty() : Optional.of(value(i));
    }

    public boolean has(String name) {
        return indexOf(name) >= 0;
    }

    /** Whether any field of that name lists the token, in any case. */
    public boolean has(String name, String token) {
        for (int i = 0; i < fieldCount; i++) {
            if (isNamed(i, name) && lists(i, token)) {
                return true;
            }
        }
        return false;
    }

    boolean has(KnownField field) {
        return (kinds & field.bit()) != 0;
    }

    /** Bits of {@link KnownField}. */
    int kinds() {
        return kinds;
    }

    KnownField kind(int i) {
        return KnownField.at(marks[i * STRIDE + KIND]);
    }

    /** The next field of that kind from index {@code from} on, or −1. */
    int indexOf(KnownField field, int from) {
        if (has(field)) {
            for (int i = from; i < fieldCount; i++) {
                if (marks[i * STRIDE + KIND] == field.ordinal()) {
                    return i;
                }
            }
        }
        return -1;
    }

    Members members(int i) {
        return new Members(octets, valueStart(i), valueEnd(i));
    }

    int nameStart(int i) {
        return marks[i * STRIDE + NAME];
    }

    int nameEnd(int i) {
        return marks[i * STRIDE + COLON];
    }

    int valueStart(int i) {
        return marks[i * STRIDE + VALUE];
    }

    int valueEnd(int i) {
        return marks[i * STRIDE + VALUE_END];
    }

    /** One past the CRLF of the {@code i}th field. */
    int lineEnd(int i) {
        return i + 1 < fieldCount ? nameStart(i + 1) : octets.length - 2;
    }

    String quotedValue(int i) {
        return Escaped.quoted(octets, valueStart(i), valueEnd(i));
    }

    private boolean isNamed(int i, String name) {
        return Octets.equalsIgnoreCase(octets, nameStart(i), nameEnd(i), name);
    }

    private boolean lists(int i, String token) {
        Members members = members(i);
        while (members.advance()) {
            if (members.is(token)) {
                return true;
            }
        }
        return false;
    }
}
