package dev.plumbline.capture;

import dev.plumbline.fact.CaptureFact;
import dev.plumbline.fact.Segment;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** What {@link CaptureNetnsIT} runs in a process of its own; prints what happened, and at last {@code fine}. */
final class CaptureProbe {
    private final Recorded recorded = new Recorded();
    private final Path directory;

    private CaptureProbe(Path directory) {
        this.directory = directory;
    }

    public static void main(String[] args) throws Exception {
        CaptureProbe probe = new CaptureProbe(Path.of(args[1]));
        switch (args[0]) {
            case "interfaces":
                probe.interfaces();
                break;
            case "rights":
                probe.rights();
                break;
            case "wide":
                probe.wide();
                break;
            case "named":
                probe.named();
                break;
            default:
                probe.fullDisk();
        }
        System.out.println("fine");
    }

    private void interfaces() throws Exception {
        try (Captures captures = Captures.open(options(directory.resolve("packets")))) {
            System.out.println("captured " + captures.names());
            for (int i = 1; i <= 2; i++) {
                int opened = i;
                int closed = i;
                ip("link", "add", "plv0", "type", "veth", "peer", "name", "plv1");
                ip("addr", "add", "198.51.100.1/24", "dev", "plv0");
                ip("link", "set", "plv1", "up");
                ip("link", "set", "plv0", "up");
                check(Recorded.eventually(() -> opens() == opened), "not opened");
                check(captures.names().contains("plv0"), "not named");
                ip("link", "del", "plv0");
                check(Recorded.eventually(() -> closes() == closed), "not closed");
            }
        }
        recorded.all(CaptureFact.InterfaceOpened.class).forEach(o -> System.out.println("opened " + o.name() + " " + o.capture()));
        recorded.all(CaptureFact.InterfaceClosed.class).forEach(c -> System.out.println("closed " + c.capture() + " " + c.reason()));
    }

    private long opens() {
        return recorded.all(CaptureFact.InterfaceOpened.class).stream().filter(opened -> opened.name().equals("plv0")).count();
    }

    private long closes() {
        return recorded.all(CaptureFact.InterfaceOpened.class).stream().filter(opened -> opened.name().equals("plv0"))
                .filter(opened -> recorded.all(CaptureFact.InterfaceClosed.class).stream().anyMatch(closed -> closed.capture() == opened.capture()))
                .count();
    }

    private void rights() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                Captures captures = Captures.open(options(directory.resolve("packets")).withPorts(Set.of(server.getLocalPort()), new PortRange(1, 1), Set.of()))) {
            captures.names().forEach(name -> System.out.println("captured " + name));
            captures.unavailable().ifPresent(why -> System.out.println("unavailable " + why));
            captures.widen().get();
            send(server, 1_000);
        }
        System.out.println("segments " + recorded.segments().size());
    }

    /** More interfaces than a look-back of full size each has memory for. */
    private void wide() throws Exception {
        for (int i = 1; i <= 6; i++) {
            ip("link", "add", "plv" + i, "type", "veth", "peer", "name", "plw" + i);
            ip("addr", "add", "198.51.100." + i + "/32", "dev", "plv" + i);
            ip("link", "set", "plw" + i, "up");
            ip("link", "set", "plv" + i, "up");
        }
        try (Captures captures = Captures.open(options(directory.resolve("packets")).withPorts(Set.of(1), new PortRange(2, 2), Set.of()))) {
            captures.widen().get();
            check(recorded.all(CaptureFact.InterfaceOpened.class).size() >= 7, "not all opened: " + captures.names());
            System.out.println("closed " + recorded.all(CaptureFact.InterfaceClosed.class).size());
            System.out.println("widened " + recorded.all(CaptureFact.FilterChanged.class).size() + " of " + captures.names().size());
        }
    }

    private void named() throws Exception {
        ip("link", "add", "plv0", "type", "veth", "peer", "name", "plv1");
        ip("addr", "add", "198.51.100.1/24", "dev", "plv0");
        try (Captures captures = Captures.open(options(directory.resolve("packets")).withInterfaces(List.of("lo", "plv0")))) {
            System.out.println("captured " + captures.names());
            captures.unavailable().ifPresent(why -> System.out.println("unavailable " + why));
        }
    }

    /** 1 MiB of room, and something in it that can be taken away. */
    private void fullDisk() throws Exception {
        Path tiny = directory.resolve("tiny");
        Path ballast = Files.write(tiny.resolve("ballast"), new byte[600 << 10]);
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                Captures captures = Captures.open(options(tiny.resolve("packets")).withPorts(Set.of(server.getLocalPort()), new PortRange(1, 1), Set.of()))) {
            send(server, 2_000_000);
            check(Recorded.eventually(() -> recorded.all(CaptureFact.KeepingChanged.class).size() == 1), "disk never full");
            Files.delete(ballast);
            check(Recorded.eventually(() -> {
                send(server, 100);
                return recorded.all(CaptureFact.KeepingChanged.class).size() == 2;
            }), "never kept again");
        }
        recorded.all(CaptureFact.KeepingChanged.class).forEach(change -> System.out.println("keeping '" + change.reason() + "'"));
        long kept = recorded.segments().stream().filter(s -> s.file() >= 0).count();
        long payload = recorded.segments().stream().mapToLong(Segment::payloadLength).sum();
        check(payload >= 2_000_100, "segments missing");
        long found = 0;
        try (var files = Files.list(tiny.resolve("packets"))) {
            for (Path file : (Iterable<Path>) files::iterator) {
                found += PcapFile.read(file).records().size();
            }
        }
        check(found == kept && kept > 0, "found " + found + ", said " + kept);
        System.out.println("whole records");
    }

    private CaptureOptions options(Path packets) {
        return CaptureOptions.of(packets, (use, octets) -> true, source -> recorded).withRings(8 << 20, 4 << 20).withInterfaces(List.of());
    }

    private static void send(ServerSocket server, int octets) {
        try (Socket client = new Socket(server.getInetAddress(), server.getLocalPort()); Socket peer = server.accept()) {
            Thread sender = new Thread(() -> {
                try {
                    client.getOutputStream().write(new byte[octets]);
                } catch (java.io.IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            sender.start();
            InputStream in = peer.getInputStream();
            check(in.readNBytes(octets).length == octets, "traffic harmed");
            sender.join();
        } catch (java.io.IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void ip(String... args) throws Exception {
        String[] command = new String[args.length + 1];
        command[0] = "ip";
        System.arraycopy(args, 0, command, 1, args.length);
        check(new ProcessBuilder(command).inheritIO().start().waitFor() == 0, String.join(" ", command));
    }

    private static void check(boolean isSo, String otherwise) {
        if (!isSo) {
            throw new AssertionError(otherwise);
        }
    }
}
