package dev.plumbline.judge;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Two network namespaces and a cable between them that harms what it carries. Segments are as on a wire: no offloads.
 *
 * <pre>
 *  near 10.77.0.1 eth0 ── veth ── lossy_link.py ── veth ── eth0 10.77.0.2 far
 * </pre>
 */
final class LossyLink implements AutoCloseable {
    static final String FAR_ADDRESS = "10.77.0.2";

    private final Path directory;
    private final String near = "pl-n-" + ProcessHandle.current().pid();
    private final String far = "pl-f-" + ProcessHandle.current().pid();
    private Child cable;

    private LossyLink(Path directory) {
        this.directory = directory;
    }

    /** @param perMille of the segments that are lost, doubled, late */
    static LossyLink up(Path directory, int seed, int... perMille) throws Exception {
        return up(directory, List.of(), seed, perMille);
    }

    /** Loses segments that contain the mark, so many times; nothing else happens on it. */
    static LossyLink losing(Path directory, String mark, int times) throws Exception {
        return up(directory, List.of(mark, String.valueOf(times)), 1, 0, 0, 0);
    }

    /** Harms nothing, but lets the first segment that contains the mark and the other side's first FIN or RST pass each other. */
    static LossyLink crossing(Path directory, String mark) throws Exception {
        return joined(directory, "crossing_link.py", List.of(mark));
    }

    private static LossyLink up(Path directory, List<String> more, int seed, int... perMille) throws Exception {
        List<String> arguments = new ArrayList<>(List.of(String.valueOf(seed)));
        Arrays.stream(perMille).mapToObj(String::valueOf).forEach(arguments::add);
        arguments.addAll(more);
        return joined(directory, "lossy_link.py", arguments);
    }

    private static LossyLink joined(Path directory, String cable, List<String> arguments) throws Exception {
        assumeTrue("root".equals(System.getProperty("user.name")), "network namespaces need root");
        for (String program : List.of("ip", "ethtool", "python3")) {
            assumeTrue(JudgedRun.has(program), program + " is not installed");
        }
        LossyLink link = new LossyLink(directory);
        try {
            link.namespace(link.near, "10.77.0.1/24");
            link.namespace(link.far, FAR_ADDRESS + "/24");
            link.join(cable, arguments);
        } catch (IOException | RuntimeException e) {
            link.close();
            throw e;
        }
        return link;
    }

    private void namespace(String name, String address) throws Exception {
        run("ip", "netns", "add", name);
        run("ip", "link", "add", name, "type", "veth", "peer", "name", "eth0", "netns", name);
        run("ip", "-n", name, "address", "add", address, "dev", "eth0");
        run("ip", "-n", name, "link", "set", "lo", "up");
        run("ip", "-n", name, "link", "set", "eth0", "up");
        run("ip", "link", "set", name, "up", "promisc", "on");
        run("ip", "netns", "exec", name, "ethtool", "-K", "eth0", "tso", "off", "gso", "off", "gro", "off", "tx", "off", "rx", "off");
        run("ethtool", "-K", name, "tso", "off", "gso", "off", "gro", "off", "tx", "off", "rx", "off");
    }

    private void join(String name, List<String> arguments) throws IOException {
        Path script = directory.resolve(name);
        try (InputStream in = LossyLink.class.getResourceAsStream(name)) {
            Files.copy(in, script);
        }
        List<String> command = new ArrayList<>(List.of("python3", script.toString(), near, far));
        command.addAll(arguments);
        cable = Child.of(directory, command);
    }

    /** Another address at the far end. */
    void addFar(String address) throws Exception {
        run("ip", "-n", far, "address", "add", address + "/24", "dev", "eth0");
    }

    /** What is sent to that address arrives at nobody's. */
    void silenceFar(String address) throws Exception {
        run("ip", "-n", near, "neighbour", "add", address, "lladdr", "02:00:00:00:00:01", "dev", "eth0", "nud", "permanent");
    }

    List<String> near(List<String> command) {
        return within(near, command);
    }

    List<String> far(List<String> command) {
        return within(far, command);
    }

    private static List<String> within(String namespace, List<String> command) {
        List<String> whole = new ArrayList<>(List.of("ip", "netns", "exec", namespace));
        whole.addAll(command);
        return whole;
    }

    private void run(String... command) throws Exception {
        Path log = Files.createTempFile(directory, "run", ".log");
        Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
        if (!process.waitFor(10, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new IOException(String.join(" ", command) + ": " + Files.readString(log));
        }
    }

    @Override
    public void close() throws IOException {
        if (cable != null) {
            cable.close();
        }
        for (String name : List.of(near, far)) {
            remove("ip", "netns", "del", name);
            remove("ip", "link", "del", name);
        }
    }

    /** It may never have been made. */
    private static void remove(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        try {
            process.waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
