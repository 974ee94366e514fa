package dev.plumbline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Holds the table of DESIGN section 3: which package may use which, who may use which library, and what the pure ones keep
 * away from. The table allows packages that have no classes yet; it does not allow classes in packages that it does not have.
 */
class ArchitectureTest {
    private static final String ROOT = "dev.plumbline.";
    private static final Map<String, Layer> TABLE = table();
    private static final Set<String> PURE = Set.of("wire", "fact", "correlate", "analyze", "query");

    /** No I/O, thread, clock or logging. What remains of these packages is values. */
    private static final Pattern IMPURE = Pattern.compile(
            "java\\.io\\.(?!Serializable|ObjectStreamException|InvalidObjectException|UncheckedIOException)\\w+|java\\.nio\\.(channels|file)\\..*|java\\.sql\\..*"
                    + "|java\\.net\\.(?!InetAddress|Inet4Address|Inet6Address|InetSocketAddress|UnknownHostException)\\w+|java\\.util\\.concurrent\\..*|java\\.util\\.logging\\..*"
                    + "|java\\.util\\.(Timer|TimerTask|Random)|java\\.time\\.(Clock|InstantSource)|java\\.lang\\.(Thread|ThreadLocal|Process|ProcessBuilder|Runtime)|javax\\..*|sun\\..*");
    private static final Pattern CLOCKS = Pattern.compile(
            "java\\.lang\\.System\\.(nanoTime|currentTimeMillis)|java\\.time\\.\\w+\\.now|java\\.net\\.InetAddress\\.(getByName|getAllByName|getLocalHost|isReachable)|java\\.lang\\.Object\\.(wait|notify|notifyAll)");

    private static JavaClasses classes;

    /**
     * A row of the table.
     *
     * @param uses packages of ours; a package always may use itself, and nothing is inherited
     * @param libraries beginnings of third-party package names
     */
    private record Layer(Set<String> uses, Set<String> libraries) {
    }

    private static Map<String, Layer> table() {
        String netty = "io.netty.";
        String json = "com.fasterxml.jackson.core.";
        String log = "org.slf4j.";
        List<String> core = List.of("wire", "fact", "correlate", "analyze", "query");
        Map<String, Layer> table = new LinkedHashMap<>();
        table.put("ca", layer(List.of(), "org.bouncycastle.", log));
        table.put("wire", layer(List.of()));
        table.put("fact", layer(List.of("wire")));
        table.put("correlate", layer(List.of("wire", "fact")));
        table.put("analyze", layer(List.of("wire", "fact", "correlate")));
        table.put("query", layer(List.of("wire", "fact", "correlate", "analyze")));
        // The one open option that the JDK keeps outside java.*: writes past the page cache.
        table.put("disk", layer(List.of(), "com.sun.nio.file."));
        table.put("recording", layer(with(core, "disk"), "org.sqlite.", log));
        table.put("capture", layer(with(core, "disk"), "org.pcap4j.", "com.sun.jna.", log));
        // relay's parts are below it: relay joins them, and they know neither it nor each other.
        table.put("relay.http", layer(core, netty, log));
        table.put("relay.tls", layer(with(core, "ca"), netty, log));
        table.put("relay", layer(with(core, "ca", "relay.http", "relay.tls"), netty, log));
        // dump's parts are below it, as relay's are: dump joins them.
        table.put("dump.file", layer(List.of()));
        table.put("dump.stream", layer(List.of("wire")));
        table.put("dump.tls", layer(List.of("wire")));
        table.put("dump.http", layer(List.of("relay.http")));
        table.put("dump", layer(with(core, "recording", "capture", "relay.http", "dump.file", "dump.stream", "dump.tls", "dump.http"), log));
        table.put("export.frames", layer(with(core, "recording"), log));
        table.put("export.har", layer(with(core, "recording", "export.frames"), json, log));
        table.put("export.pcapng", layer(with(core, "recording", "export.frames"), log));
        table.put("export", layer(with(core, "recording", "export.frames", "export.har", "export.pcapng"), log));
        List<String> all = with(List.copyOf(table.keySet()));
        table.put("proxy", layer(all, log));
        table.put("inspect", layer(with(all, "proxy"), json, log));
        table.put("cli", layer(with(all, "proxy", "inspect"), "picocli.", json, log));
        return table;
    }

    private static Layer layer(List<String> uses, String... libraries) {
        return new Layer(Set.copyOf(uses), Set.of(libraries));
    }

    private static List<String> with(List<String> some, String... more) {
        List<String> all = new ArrayList<>(some);
        all.addAll(List.of(more));
        return all;
    }

    @BeforeAll
    static void importClasses() {
        classes = new ClassFileImporter().withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS).importPackages("dev.plumbline");
    }

    @Test
    void itLooksAtMoreThanAHandfulOfClassesOfEveryModule() {
        assertThat(classes.size()).isGreaterThan(80);
        assertThat(classes.stream().map(ArchitectureTest::packageOf)).contains("ca", "wire", "fact", "correlate", "recording", "proxy", "cli");
        assertThat(TABLE).allSatisfy((name, layer) -> assertThat(TABLE.keySet()).as(name).containsAll(layer.uses()));
    }

    @Test
    void everyPackageStandsInTheTable() {
        Set<String> found = new TreeSet<>();
        classes.forEach(each -> found.add(packageOf(each)));
        assertThat(TABLE.keySet()).containsAll(found);
    }

    @Test
    void aPackageUsesOnlyPackagesAboveItAndLibrariesThatItOwns() {
        List<String> broken = new ArrayList<>();
        for (JavaClass each : classes) {
            Layer layer = TABLE.get(packageOf(each));
            if (layer == null) {
                continue;
            }
            for (Dependency dependency : each.getDirectDependenciesFromSelf()) {
                String target = dependency.getTargetClass().getBaseComponentType().getName();
                if (!isAllowed(packageOf(each), layer, target)) {
                    broken.add(packageOf(each) + " must not use " + target + ": " + dependency.getDescription());
                }
            }
        }
        assertThat(broken).isEmpty();
    }

    private static boolean isAllowed(String from, Layer layer, String target) {
        if (target.startsWith(ROOT)) {
            String to = packageOf(target.substring(0, target.lastIndexOf('.')));
            return to.equals(from) || layer.uses().contains(to);
        }
        boolean jdk = !target.contains(".") || target.startsWith("java.") || target.startsWith("javax.") || target.startsWith("jdk.");
        return jdk || layer.libraries().stream().anyMatch(target::startsWith);
    }

    @Test
    void purePackagesKnowNoInputNoOutputNoThreadNoClock() {
        List<String> broken = new ArrayList<>();
        for (JavaClass each : classes) {
            if (!PURE.contains(packageOf(each))) {
                continue;
            }
            for (Dependency dependency : each.getDirectDependenciesFromSelf()) {
                if (IMPURE.matcher(dependency.getTargetClass().getBaseComponentType().getName()).matches()) {
                    broken.add(dependency.getDescription());
                }
            }
            for (JavaCodeUnit unit : each.getCodeUnits()) {
                unit.getCallsFromSelf().stream().filter(call -> CLOCKS.matcher(call.getTargetOwner().getName() + "." + call.getName()).matches())
                        .forEach(call -> broken.add(call.getDescription()));
            }
        }
        assertThat(broken).isEmpty();
    }

    /** The rules are tried on classes that break them: a rule that finds nothing anywhere proves nothing. */
    @Test
    void theRulesFindWhatTheyForbid() {
        Layer wire = TABLE.get("wire");
        assertThat(isAllowed("wire", wire, "dev.plumbline.fact.Fact")).isFalse();
        assertThat(isAllowed("wire", wire, "io.netty.buffer.ByteBuf")).isFalse();
        assertThat(isAllowed("wire", wire, "java.util.List")).isTrue();
        assertThat(isAllowed("wire", wire, "byte")).isTrue();
        assertThat(isAllowed("relay.http", TABLE.get("relay.http"), "dev.plumbline.relay.Relay")).isFalse();
        assertThat(isAllowed("relay.tls", TABLE.get("relay.tls"), "dev.plumbline.relay.http.Head")).isFalse();
        for (String one : List.of("relay", "capture", "recording")) {
            for (String other : List.of("relay", "capture", "recording")) {
                assertThat(isAllowed(one, TABLE.get(one), "dev.plumbline." + other + ".Any")).as(one + " uses " + other).isEqualTo(one.equals(other));
            }
        }
        assertThat(List.of("java.io.File", "java.nio.file.Path", "java.net.Socket", "java.time.Clock", "java.lang.Thread", "java.util.concurrent.locks.Lock"))
                .allMatch(name -> IMPURE.matcher(name).matches());
        assertThat(List.of("java.net.InetAddress", "java.time.Instant", "java.nio.ByteBuffer", "java.lang.Math")).noneMatch(name -> IMPURE.matcher(name).matches());
        assertThat(List.of("java.lang.System.nanoTime", "java.time.Instant.now")).allMatch(name -> CLOCKS.matcher(name).matches());
        boolean sees = new ClassFileImporter().importClasses(ArchitectureTest.class, ConsoleLog.class).stream()
                .flatMap(each -> each.getDirectDependenciesFromSelf().stream())
                .anyMatch(dependency -> IMPURE.matcher(dependency.getTargetClass().getName()).matches());
        assertThat(sees).as("an impure class is seen as one").isTrue();
    }

    private static String packageOf(JavaClass each) {
        return packageOf(each.getPackageName());
    }

    private static String packageOf(String name) {
        return name.startsWith(ROOT) ? name.substring(ROOT.length()) : name;
    }
}
