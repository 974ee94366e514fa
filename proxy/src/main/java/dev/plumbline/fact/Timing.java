package dev.plumbline.fact;

/**
 * When the steps of one exchange happened, in nanoseconds since 1970; {@link #NEVER} for a step that did not.
 * Where both ends of a step are there, start ≤ end.
 *
 * @param requestFirstAt client leg: first octet of the request read
 * @param requestLastAt client leg: last octet of the request read
 * @param resolveStartAt name look-up for this exchange's server leg; NEVER when it was not needed
 * @param resolveEndAt its end
 * @param connectStartAt TCP connect of this exchange's server leg, the attempt that won; NEVER when the leg was reused
 * @param connectEndAt TCP handshake done
 * @param tlsStartAt TLS handshake with the origin begun; NEVER in clear or when the leg was reused
 * @param tlsEndAt its end
 * @param sendStartAt server leg: first octet of the request written
 * @param sendEndAt server leg: last octet of the request accepted by the socket
 * @param responseFirstAt server leg: first octet of the final response read
 * @param responseLastAt server leg: last octet of the response read
 * @param answerFirstAt client leg: first octet of the final response written
 * @param answerLastAt client leg: last octet of the response accepted by the socket
 * @param contentFirstAt client leg: first octet of the content read, of a request that said it would wait for a 100 (RFC 9110 §10.1.1);
 *     NEVER of all others
 */
public record Timing(
        long requestFirstAt, long requestLastAt, long resolveStartAt, long resolveEndAt, long connectStartAt, long connectEndAt,
        long tlsStartAt, long tlsEndAt, long sendStartAt, long sendEndAt, long responseFirstAt, long responseLastAt,
        long answerFirstAt, long answerLastAt, long contentFirstAt) {
    /** The step did not happen. */
    public static final long NEVER = -1;
}
