package dev.plumbline.relay.http;

/**
 * Whether a leg may carry another exchange after this one (RFC 9112 9.3). All of it presumes that both messages were whole:
 * a cut or refused message ends its connection.
 */
public final class Persistence {

    private Persistence() {
    }

    /**
     * Whether the server leg may be used again. The caller adds what only it knows: that it sent {@code Connection: close}
     * itself, that the request was written completely, and that no octet came after the response.
     *
     * @param request the request as it was forwarded
     * @param response the final response
     */
    public static boolean serverLegStays(RequestHead request, ResponseHead response, Framing responseFraming) {
        // To a request of version 1.0 many origins answer as 1.1 and close without a word: trust only an explicit yes.
        boolean isAgreed = request.minorVersion() > 0
                || ConnectionOption.KEEP_ALIVE.isIn(response.connectionOptions());
        return isAgreed && response.keepsConnection() && endsItself(responseFraming);
    }

    /**
     * What to tell the client. An HTTP/1.0 response needs an explicit keep-alive whoever receives it, because the version
     * digits pass as they came.
     *
     * @param responseFraming as received from the origin
     */
    public static Persist ofClientLeg(RequestHead request, ResponseHead response, Framing responseFraming) {
        if (!request.keepsConnection() || !endsItself(responseFraming) || mustUnchunk(request, response)) {
            return Persist.CLOSE;
        }
        return request.minorVersion() == 0 || response.minorVersion() == 0 ? Persist.KEEP_SAID : Persist.KEEP;
    }

    /**
     * Whether the chunked coding has to be taken off because the client does not know it (RFC 9112 6.1). A response without
     * content, as to HEAD, may name it too.
     */
    public static boolean mustUnchunk(RequestHead request, ResponseHead response) {
        return request.minorVersion() == 0 && response.isChunked();
    }

    private static boolean endsItself(Framing framing) {
        return framing.kind() != Framing.Kind.UNTIL_CLOSE && framing.kind() != Framing.Kind.TUNNEL;
    }
}
