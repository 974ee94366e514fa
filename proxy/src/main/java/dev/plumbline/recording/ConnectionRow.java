package dev.plumbline.recording;

import dev.plumbline.correlate.Finding.Ending;
import dev.plumbline.fact.RelayFact.Close;
import dev.plumbline.fact.TcpInfo;
import dev.plumbline.wire.ConnectionId;
import dev.plumbline.wire.FlowId;
import dev.plumbline.wire.FourTuple;
import dev.plumbline.wire.Heading;
import dev.plumbline.wire.Leg;
import dev.plumbline.wire.PacketId;
import java.util.List;
import java.util.Optional;

/**
 * One connection as recorded.
 *
 * @param client the client connection it serves; itself on the client leg
 * @param host on the server leg, what was asked for; otherwise empty
 * @param openedAt accepted, or connect called
 * @param establishedAt server leg: connected; −1 when it never was. Client leg: as {@code openedAt}
 * @param closedAt −1 while it is open
 * @param close how it ended as our socket saw it; empty while it is open
 * @param reason a line on why; empty when there is nothing to say
 * @param toServer payload octets our socket moved in that heading; −1 while it is open
 * @param tls the TLS handshakes on it, by phase
 * @param flow the flow it is bound to
 * @param handshake packets of the three-way handshake
 * @param ending how it ended on the wire
 * @param endedBy the heading of the first FIN or of the RST
 * @param closePackets packets of the close
 * @param tcpInfo the kernel's last word; empty when it was not asked
 */
public record ConnectionRow(
        ConnectionId id, Leg leg, FourTuple tuple, ConnectionId client, String host, long openedAt, long establishedAt, long closedAt,
        Optional<Close> close, String reason, long toServer, long toClient, List<Tls> tls, Optional<FlowId> flow,
        List<PacketId> handshake, Ending ending, Optional<Heading> endedBy, List<PacketId> closePackets, Optional<TcpInfo> tcpInfo) {

    /** A TLS handshake. Fields as in {@link dev.plumbline.fact.RelayFact.TlsEstablished}. */
    public record Tls(
            int phase, String version, String cipher, String alpn, String sni, Optional<Boolean> resumed, String peerCertificate,
            String failure, long startedAt, long at) {
    }
}
