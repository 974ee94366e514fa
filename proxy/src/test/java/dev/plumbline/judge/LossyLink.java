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

    private static LossyLink up(Path directory, List<String> more, int seed, int... perMille) throws Exception {
        assumeTrue("root".equals(System.getProperty("user.name")), "network namespaces need root");
        for (String program : List.of("ip", "ethtool", "python3")) {
            assumeTrue(JudgedRun.has(program), program + " is not installed");
        }
        LossyLink link = new LossyLink(directory);
        try {
            link.namespace(link.near, "10.77.0.1/24");
            link.namespace(link.far, FAR_ADDRESS + "/24");
            link.join(more, seed, perMille);
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

    private void join(List<String> more, int seed, int... perMille) throws IOException {
        Path script = directory.resolve("lossy_link.py");
        try (InputStream in = LossyLink.class.getResourceAsStream("lossy_link.py")) {
            Files.copy(in, script);
        }
        List<String> command = new ArrayList<>(List.of("python3", script.toString(), near, far, String.valueOf(seed)));
        Arrays.stream(perMille).mapToObj(String::valueOf).forEach(command::add);
        command.addAll(more);
        cable = Child.of(directory, command);
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
