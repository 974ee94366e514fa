package dev.plumbline.relay.http;

import java.util.Objects;

/**
 * How a head is passed on: all lines byte for byte, except what concerns one connection only (RFC 9110 7.6.1).
 *
 * <p>Owned by: anyone; immutable. A head that needs no change is returned as the very array it came in.
 *
 * <p>What changes:
 * <ul>
 * <li>A target in absolute-form becomes origin-form, and Host becomes its authority if it means another (RFC 9112 3.2.2).
 * <li>Keep-Alive and Proxy-Connection go. So does Proxy-Authorization, and from responses Proxy-Authenticate and
 * Proxy-Authentication-Info: they are said between a client and its proxy, an origin has no business in it (RFC 9110 11.7).
 * <li>Fields that Connection names go, except those without which the message would mean something else:
 * framing, routing, credentials, and what describes the content (RFC 9110 7.6.1 forbids to name these).
 * <li>TE goes unless it is {@code trailers}. Upgrade goes unless it {@link #keepsUpgrade}; it stays with 101 and 426.
 * <li>Connection itself stays as it came if each of its options is what is to be said on the other leg too; this is so for
 * the {@code keep-alive} of browsers. Otherwise one line of ours takes its place, or none if there is nothing to say.
 * </ul>
 *
 * <p>A 1xx is forwarded with {@link Persist#KEEP}: only the final response speaks for the connection.
 *
 * @param persist what is said about the other leg's connection
 * @param keepsUpgrade whether an offered Upgrade goes along, with its connection option
 * @param unchunks whether the content will be sent without the chunked coding it came with: Transfer-Encoding and Trailer go
 */
public record Forwarding(Persist persist, boolean keepsUpgrade, boolean unchunks) {

    public static final Forwarding KEEP = new Forwarding(Persist.KEEP, false, false);
    public static final Forwarding CLOSE = new Forwarding(Persist.CLOSE, false, false);
    public static final Forwarding UPGRADE = new Forwarding(Persist.KEEP, true, false);

    private static final int UPGRADE_REQUIRED = 426;

    public Forwarding {
        Objects.requireNonNull(persist, "persist");
        if (unchunks && persist != Persist.CLOSE) {
            throw new IllegalArgumentException("persist: " + persist + " (expected: CLOSE, the end of unchunked content)");
        }
    }

    /**
     * How the server leg gets this request when the relay has no plans of its own: a server leg serves one client connection,
     * so it closes when that one does, and what the client said about it can stay. An Upgrade is left out; see {@link #UPGRADE}.
     */
    public static Forwarding toServer(RequestHead request) {
        return request.keepsConnection() ? KEEP : CLOSE;
    }

    /** How the client leg gets this response: what {@link Persistence} says, unless the relay wants to close anyway. */
    public static Forwarding toClient(RequestHead request, ResponseHead response, Framing responseFraming) {
        boolean unchunks = Persistence.mustUnchunk(request, response);
        boolean isSwitch = response.status() == 101;
        Persist persist = response.isInterim() || isSwitch ? Persist.KEEP
                : Persistence.ofClientLeg(request, response, responseFraming);
        return new Forwarding(persist, isSwitch, unchunks);
    }

    public Forwarding closing() {
        return persist == Persist.CLOSE ? this : new Forwarding(Persist.CLOSE, keepsUpgrade, unchunks);
    }

    /** The octets for the server leg. Never of a CONNECT: that is answered by the relay. */
    public byte[] of(RequestHead head) {
        if (head.targetForm() == RequestTarget.Form.AUTHORITY) {
            throw new IllegalArgumentException("method: CONNECT (expected: a request to be forwarded)");
        }
        int dropped = KnownField.bits(KnownField.PROXY_CONNECTION, KnownField.KEEP_ALIVE, KnownField.PROXY_AUTHORIZATION);
        if (!keepsUpgrade) {
            dropped |= KnownField.UPGRADE.bit();
        }
        int options = head.connectionOptions();
        if (head.has(KnownField.TE) && !asksOnlyForTrailers(head)) {
            dropped |= KnownField.TE.bit();
            options &= ~ConnectionOption.TE.bit();
        } else if (!head.has(KnownField.TE)) {
            options &= ~ConnectionOption.TE.bit();
        }
        return rewrite(head, dropped, required(head, options, keepsUpgrade), head);
    }

    /** The octets for the client leg. */
    public byte[] of(ResponseHead head) {
        boolean staysUpgrade = keepsUpgrade || head.status() == 101 || head.status() == UPGRADE_REQUIRED;
        int dropped = KnownField.bits(KnownField.PROXY_CONNECTION, KnownField.KEEP_ALIVE, KnownField.PROXY_AUTHENTICATE,
                KnownField.PROXY_AUTHENTICATION_INFO);
        if (!staysUpgrade) {
            dropped |= KnownField.UPGRADE.bit();
        }
        if (unchunks) {
            dropped |= KnownField.bits(KnownField.TRANSFER_ENCODING, KnownField.TRAILER);
        }
        int options = head.connectionOptions() & ~ConnectionOption.TE.bit();
        return rewrite(head, dropped, required(head, options, staysUpgrade), null);
    }

    /** The options that have to be said on the other leg. */
    private int required(Head head, int options, boolean staysUpgrade) {
        int required = switch (persist) {
            case KEEP -> 0;
            case KEEP_SAID -> ConnectionOption.KEEP_ALIVE.bit();
            // HTTP/1.0 closes unless it says otherwise.
            case CLOSE -> head.minorVersion() == 0 ? 0 : ConnectionOption.CLOSE.bit();
        };
        if (staysUpgrade) {
            required |= options & ConnectionOption.UPGRADE.bit();
        }
        return required | options & ConnectionOption.TE.bit();
    }

    private byte[] rewrite(Head head, int dropped, int required, RequestHead request) {
        int said = head.connectionOptions();
        int tolerated = required | (persist == Persist.CLOSE ? ConnectionOption.CLOSE : ConnectionOption.KEEP_ALIVE).bit();
        boolean sameConnection = (said & ~tolerated) == 0 && (required & ~said) == 0;
        boolean isAbsolute = request != null && request.targetForm() == RequestTarget.Form.ABSOLUTE;
        if (sameConnection && !isAbsolute && (head.kinds() & dropped) == 0) {
            return head.octets();
        }
        HeadRewrite rewrite = new HeadRewrite(head);
        if (isAbsolute) {
            rewrite.originForm(request);
        }
        rewrite.fields(dropped, sameConnection ? HeadRewrite.SAME_CONNECTION : required);
        return rewrite.octets();
    }

    private static boolean asksOnlyForTrailers(RequestHead head) {
        for (int i = head.indexOf(KnownField.TE, 0); i >= 0; i = head.indexOf(KnownField.TE, i + 1)) {
            if (!Octets.equalsIgnoreCase(head.octets(), head.valueStart(i), head.valueEnd(i), "trailers")) {
                return false;
            }
        }
        return true;
    }
}
