import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * Adds up Maven's test reports: prints what failed, what was skipped and why, and the counts on the last line.
 *
 * <p>Run from source: {@code java Tally.java ROOT SLOW}, where SLOW says whether slow suites were run. Exit code 0 when at
 * least one test passed and none failed.
 */
final class Tally {
    private int passed;
    private final List<String> failed = new ArrayList<>();
    private final Map<String, List<String>> skippedByReason = new TreeMap<>();

    public static void main(String[] args) throws Exception {
        Path root = Path.of(args[0]);
        Tally tally = new Tally();
        tally.readReports(root);
        boolean good = tally.print(Boolean.parseBoolean(args[1]) ? List.of() : slowSuites(root));
        System.exit(good ? 0 : 1);
    }

    private void readReports(Path root) throws Exception {
        DocumentBuilder parser = DocumentBuilderFactory.newInstance().newDocumentBuilder();
        for (Path module : children(root)) {
            for (String kind : List.of("surefire-reports", "failsafe-reports")) {
                for (Path report : children(module.resolve("target").resolve(kind))) {
                    if (report.getFileName().toString().matches("TEST-.*\\.xml")) {
                        readReport(parser.parse(report.toFile()).getElementsByTagName("testcase"));
                    }
                }
            }
        }
    }

    private void readReport(NodeList cases) {
        for (int i = 0; i < cases.getLength(); i++) {
            Element test = (Element) cases.item(i);
            // A class that was skipped or failed as a whole has one case without a name.
            String name = (simpleName(test.getAttribute("classname")) + " " + test.getAttribute("name")).trim();
            NodeList skips = test.getElementsByTagName("skipped");
            if (test.getElementsByTagName("failure").getLength() + test.getElementsByTagName("error").getLength() > 0) {
                failed.add(name);
            } else if (skips.getLength() > 0) {
                skippedByReason.computeIfAbsent(reason((Element) skips.item(0)), why -> new ArrayList<>()).add(name);
            } else {
                passed++;
            }
        }
    }

    private boolean print(List<String> slow) {
        failed.forEach(name -> System.out.println("failed   " + name));
        skippedByReason.forEach((why, names) -> {
            System.out.println("skipped  " + why);
            names.forEach(name -> System.out.println("           " + name));
        });
        if (!slow.isEmpty()) {
            System.out.println("skipped  slow; scripts/test --full runs them");
            slow.forEach(name -> System.out.println("           " + name + " (all or some of its tests)"));
        }
        int skipped = skippedByReason.values().stream().mapToInt(List::size).sum();
        System.out.println(passed + " passed, " + failed.size() + " failed, " + skipped + " skipped"
                + (slow.isEmpty() ? "" : ", slow tests of " + slow.size() + " classes left out"));
        return passed > 0 && failed.isEmpty();
    }

    /** An annotation's reason is an attribute; an assumption's is the first line of its stack trace. */
    private static String reason(Element skip) {
        String text = skip.hasAttribute("message") ? skip.getAttribute("message") : skip.getTextContent();
        String first = text.strip().lines().findFirst().orElse("");
        String words = first.replaceFirst("^[\\w.$]+Exception(: |$)", "").replaceFirst("^Assumption failed: ", "");
        return words.isBlank() ? "for no given reason" : words;
    }

    private static String simpleName(String className) {
        return className.substring(className.lastIndexOf('.') + 1);
    }

    /** Tests left out by their tag appear in no report; their sources say so. */
    private static List<String> slowSuites(Path root) throws IOException {
        List<String> found = new ArrayList<>();
        for (Path module : children(root)) {
            Path tests = module.resolve("src/test/java");
            if (Files.isDirectory(tests)) {
                try (Stream<Path> files = Files.walk(tests)) {
                    for (Path file : files.filter(path -> path.toString().endsWith(".java")).sorted().toList()) {
                        if (Files.readString(file).contains("@Tag(\"slow\")")) {
                            found.add(file.getFileName().toString().replace(".java", ""));
                        }
                    }
                }
            }
        }
        return found;
    }

    private static List<Path> children(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> list = Files.list(directory)) {
            return list.sorted().toList();
        }
    }
}
