package dev.plumbline.relay.http;

/**
 * The grammar of chunk extensions, octet by octet (RFC 9112 7.1.1): {@code *( BWS ";" BWS name [ BWS "=" BWS value ] )}.
 * Exact, because what a lenient reader takes for the end of an extension moves the chunk's content. Only ASCII: quoted
 * obs-text would be allowed, has no sender, and is read differently.
 */
final class ChunkExtension {

    private enum State { AFTER_SIZE, BEFORE_SEMICOLON, NAME_START, NAME, NAME_END, VALUE_START, TOKEN, QUOTED, ESCAPED, QUOTED_END, BAD }

    private State state = State.AFTER_SIZE;

    void start() {
        state = State.AFTER_SIZE;
    }

    /** Whether CRLF may follow. */
    boolean mayEnd() {
        return state == State.AFTER_SIZE || state == State.NAME || state == State.TOKEN || state == State.QUOTED_END;
    }

    /** Whether the octet may follow. */
    boolean accepts(byte octet) {
        state = octet < 0 || !Octets.isText(octet) ? State.BAD : after(octet);
        return state != State.BAD;
    }

    private State after(byte octet) {
        boolean isToken = Octets.isToken(octet);
        boolean isSpace = Octets.isOws(octet);
        return switch (state) {
            case AFTER_SIZE, BEFORE_SEMICOLON, QUOTED_END -> isSpace ? State.BEFORE_SEMICOLON : semicolon(octet);
            case NAME_START -> isSpace ? State.NAME_START : isToken ? State.NAME : State.BAD;
            case NAME -> isToken ? State.NAME : isSpace ? State.NAME_END : octet == '=' ? State.VALUE_START : semicolon(octet);
            case NAME_END -> isSpace ? State.NAME_END : octet == '=' ? State.VALUE_START : semicolon(octet);
            case VALUE_START -> isSpace ? State.VALUE_START : isToken ? State.TOKEN : octet == '"' ? State.QUOTED : State.BAD;
            case TOKEN -> isToken ? State.TOKEN : isSpace ? State.BEFORE_SEMICOLON : semicolon(octet);
            case QUOTED -> octet == '"' ? State.QUOTED_END : octet == '\\' ? State.ESCAPED : State.QUOTED;
            case ESCAPED -> State.QUOTED;
            case BAD -> State.BAD;
        };
    }

    private static State semicolon(byte octet) {
        return octet == ';' ? State.NAME_START : State.BAD;
    }
}
