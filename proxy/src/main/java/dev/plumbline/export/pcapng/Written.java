package dev.plumbline.export.pcapng;

import java.util.List;

/**
 * What went into a packet file.
 *
 * @param packets how many packets
 * @param secrets how many key log lines
 * @param missing ids of packets whose frames could not be read: when there are any, the frame numbers of the file are not
 *     those it was written with
 * @param notConvertible packets left out because no IP packet could be cut out of them
 */
public record Written(long packets, long secrets, List<Long> missing, long notConvertible) {
    public Written {
        missing = List.copyOf(missing);
    }
}
