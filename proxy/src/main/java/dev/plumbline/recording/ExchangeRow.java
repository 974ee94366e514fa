package dev.plumbline.recording;

import dev.plumbline.fact.MessageKind;
import dev.plumbline.fact.RelayFact.Role;
import dev.plumbline.fact.Timing;
import dev.plumbline.wire.ConnectionId;
import dev.plumbline.wire.ExchangeId;
import dev.plumbline.wire.Leg;
import java.util.List;
import java.util.Optional;

/**
 * One exchange as recorded, with its messages.
 *
 * @param method empty when the request's head could not be read
 * @param scheme {@code http} or {@code https}
 * @param authority host, and port where it is not the scheme's own
 * @param target origin form, or as sent where it has another form
 * @param status of the final response the client got; 0 while there is none
 * @param server the server-leg connection; empty when there was none
 * @param sni of a tunnel that is TLS; empty otherwise
 * @param ended false while it goes on
 * @param failure a line on what went wrong; empty when nothing did
 * @param faultCode the same for programs
 * @param answeredByProxy whether the response was made by us
 * @param beganAt first octet of the request
 * @param endedAt last octet of the response on the client leg, or the end of the exchange; −1 while it goes on
 * @param messages client leg first, then by kind and ordinal
 */
public record ExchangeRow(
        ExchangeId id, Role role, String method, String scheme, String authority, String target, int status,
        Optional<ConnectionId> server, String sni, boolean ended, String failure, String faultCode, boolean answeredByProxy,
        long beganAt, long endedAt, Optional<Timing> timing, List<MessageRow> messages) {
    public ExchangeRow {
        messages = List.copyOf(messages);
    }

    /** {@code https://example.com/path}; for a CONNECT or an unread tunnel {@code example.com:443}. */
    public String url() {
        return switch (method) {
            case "CONNECT" -> authority;
            default -> target.startsWith("/") ? scheme + "://" + authority + target : scheme + "://" + authority;
        };
    }

    /** The message of that kind on that leg, the first of them where there are several. */
    public Optional<MessageRow> message(Leg leg, MessageKind kind) {
        return messages.stream().filter(m -> m.key().leg() == leg && m.key().kind() == kind).findFirst();
    }
}
