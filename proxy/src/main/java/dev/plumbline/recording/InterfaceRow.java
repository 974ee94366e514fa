package dev.plumbline.recording;

/**
 * One capture of an interface as recorded.
 *
 * @param capture its number in the recording
 * @param filter the last one, in pcap-filter(7) syntax
 * @param openedAt packets from then on were seen
 * @param closedAt packets after it were not; −1 while it is open
 * @param closeReason empty while it is open
 * @param received packets that passed the filter, −1 when never counted
 * @param dropped packets the kernel lost for want of room, −1 when never counted
 * @param droppedByInterface packets the interface lost, −1 when never counted
 */
public record InterfaceRow(
        int capture, String name, int linkType, int snapLength, String filter, long openedAt, long closedAt, String closeReason,
        long received, long dropped, long droppedByInterface) {
}
