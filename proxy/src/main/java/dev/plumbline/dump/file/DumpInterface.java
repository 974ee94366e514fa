package dev.plumbline.dump.file;

/**
 * An interface that packets of a dump were captured on. Classic pcap has one, without a name.
 *
 * @param number from 0, over all sections of the file
 * @param inSection from 0 in its section: sections of one program that was stopped and started again name the same ones
 * @param name as the file says; empty when it does not
 * @param linkType the LINKTYPE_ value of its frames
 * @param snapLength octets kept of a frame at most
 * @param filter the capture filter in pcap-filter(7) syntax; empty when the file does not say
 */
public record DumpInterface(int number, int inSection, String name, int linkType, int snapLength, String filter) {
}
