package dev.plumbline.dump.file;

/**
 * What the capturing program counted on one interface, as the file's last word on it says.
 *
 * @param number the interface's
 * @param received packets that passed the filter; −1 when the file does not say
 * @param dropped packets lost by the operating system; −1 likewise
 * @param droppedByInterface packets lost by the interface; −1 likewise
 */
public record InterfaceCounts(int number, long received, long dropped, long droppedByInterface) {
}
