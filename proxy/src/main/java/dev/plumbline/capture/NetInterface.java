package dev.plumbline.capture;

import dev.plumbline.wire.IpAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;

/**
 * A network interface as the system describes it at one moment.
 *
 * @param index the kernel's number for it: another one means another interface, though it has the same name
 */
record NetInterface(String name, int index, boolean isUp, boolean isLoopback, List<IpAddress> addresses) {
    NetInterface {
        addresses = List.copyOf(addresses);
    }

    /** All there are, in the kernel's order; none when it does not tell. */
    static List<NetInterface> all() {
        List<NetInterface> out = new ArrayList<>();
        try {
            Enumeration<NetworkInterface> each = NetworkInterface.getNetworkInterfaces();
            while (each != null && each.hasMoreElements()) {
                add(each.nextElement(), out);
            }
        } catch (SocketException e) {
            // The list changed while it was read; whoever asks, asks again.
        }
        return out;
    }

    private static void add(NetworkInterface each, List<NetInterface> out) {
        List<IpAddress> addresses = new ArrayList<>();
        each.getInetAddresses().asIterator().forEachRemaining(address -> addresses.add(IpAddress.of(address)));
        try {
            out.add(new NetInterface(each.getName(), each.getIndex(), each.isUp(), each.isLoopback(), addresses));
        } catch (SocketException e) {
            // Gone between being listed and being looked at.
        }
    }
}
