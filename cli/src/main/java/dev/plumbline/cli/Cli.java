package dev.plumbline.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Reads what was typed, runs the command, and turns whatever happens into an exit code and one line.
 *
 * <p>Owned by: the main thread. Everything it touches comes in through the constructor.
 */
final class Cli {
    static final int DONE = 0;
    /** It could not be done. */
    static final int FAILED = 1;
    /** Bad syntax or value. */
    static final int USAGE = 2;

    private static final String NAME = "plumbline";
    private static final String EXEC = "exec";

    private final Console console;
    private final Map<String, Entry> commands = new LinkedHashMap<>();

    /** A command that may never be made: only its line for the overview is at hand. */
    private record Entry(String summary, Supplier<Command> command) {
    }

    Cli(Console console, Core core) {
        this.console = console;
        add("start", "Run the proxy until Ctrl-C, one line per exchange.", () -> new StartCommand(core.proxies()));
        add(EXEC, "Run a command through a proxy of its own, then print what it exchanged.", () -> new ExecCommand(core));
        add("list", "One line per exchange of a recording.", () -> new ListCommand(core.recordings()));
        add("show", "One exchange with the TCP segments of both legs.", () -> new ShowCommand(core.recordings()));
        add("packets", "One line per segment, in the manner of tcpdump, with the exchange it carried.", () -> new PacketsCommand(core.recordings()));
        add("connections", "One line per connection, or one in full.", () -> new ConnectionsCommand(core.recordings()));
        add("stats", "What a recording amounts to, by host: percentiles, failures, retransmissions.", () -> new StatsCommand(core.recordings()));
        add("export", "Write HAR, pcapng, pcap or key log from a recording.", () -> new ExportCommand(core.recordings(), core.exporter()));
        add("import", "Make a recording of a pcap or pcapng file.", () -> new ImportCommand(core.recordings(), core.importer()));
        add("ca", "Make, find and trust the root certificate.", CaCommand::new);
        add("devices", "Interfaces that can be captured, and what is missing if none can.", () -> new DevicesCommand(core.devices()));
    }

    private void add(String name, String summary, Supplier<Command> command) {
        commands.put(name, new Entry(summary, command));
    }

    /** @return the exit code */
    int run(String... arguments) {
        boolean verbose = isVerbose(arguments);
        setUpLogging(verbose);
        try {
            String[] typed = asTyped(arguments);
            return written(typed, runTyped(typed));
        } catch (ParameterException e) {
            return usage(words(e), e.getCommandLine().getCommandSpec().qualifiedName(), e, verbose);
        } catch (UsageException e) {
            return usage(e.getMessage(), commandTyped(arguments), e, verbose);
        } catch (CommandException e) {
            return fail(e.getMessage(), e.exitCode(), e, verbose);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return fail("interrupted", FAILED, e, verbose);
        } catch (Exception e) {
            return fail(Failures.line(e), FAILED, e, verbose);
        }
    }

    /** What was printed has to be there: a listing cut short by a full disk looks like a whole one. */
    private int written(String[] arguments, int code) {
        Optional<String> lost = console.lost();
        if (lost.isPresent()) {
            // exec's exit code is its command's, whatever becomes of the log.
            boolean isCommands = arguments.length > 0 && arguments[0].equals(EXEC);
            throw new CommandException("cannot write standard output: " + lost.get(), isCommands ? code : FAILED, null);
        }
        return code;
    }

    private int runTyped(String[] arguments) throws Exception {
        Command command = arguments.length == 0 || !commands.containsKey(arguments[0]) ? null : commands.get(arguments[0]).command().get();
        CommandLine line = commandLine(command == null ? overview() : root().addSubcommand(arguments[0], command.spec()));
        if (command == null && arguments.length > 0 && !arguments[0].startsWith("-")) {
            // Also where help is asked for: there is none on it.
            throw new ParameterException(line, notACommand(arguments[0]));
        }
        ParseResult typed = line.parseArgs(arguments);
        if (helped(line, typed)) {
            return DONE;
        }
        if (command == null) {
            throw new UsageException("expected a command: " + String.join(", ", commands.keySet()));
        }
        return command.run(typed.subcommand(), console);
    }

    private boolean helped(CommandLine root, ParseResult typed) {
        if (typed.isVersionHelpRequested()) {
            root.printVersionHelp(console.out(), Ansi.OFF);
            return true;
        }
        for (ParseResult each = typed; each != null; each = each.subcommand()) {
            if (each.isUsageHelpRequested()) {
                each.commandSpec().commandLine().usage(console.out(), console.look().isColoured() ? Ansi.ON : Ansi.OFF);
                return true;
            }
        }
        return false;
    }

    private static CommandLine commandLine(CommandSpec spec) {
        // `exec curl -v …` is curl's -v; a leading @ is a file name only to curl.
        CommandLine line = new CommandLine(spec).setStopAtPositional(false).setExpandAtFiles(false).setInterpolateVariables(false)
                .setPosixClusteredShortOptionsAllowed(false);
        CommandLine exec = line.getSubcommands().get(EXEC);
        if (exec != null) {
            exec.setStopAtPositional(true);
        }
        return line;
    }

    private CommandSpec root() {
        CommandSpec spec = Options.command(NAME, "[--verbose] COMMAND …",
                "An intercepting HTTP(S) proxy that ties every exchange to the TCP segments that carried it, on both legs.");
        spec.addOption(OptionSpec.builder("-V", "--version").versionHelp(true).description("Show the version.").build());
        spec.version(NAME + " " + Version.text());
        return spec;
    }

    private CommandSpec overview() {
        CommandSpec spec = root();
        commands.forEach((name, entry) -> {
            CommandSpec stub = CommandSpec.create().name(name);
            stub.usageMessage().description(entry.summary());
            spec.addSubcommand(name, stub);
        });
        spec.usageMessage().commandListHeading("%nCommands:%n").footerHeading("%nA first session:%n").footer(
                "  plumbline start",
                "  curl --proxy http://127.0.0.1:8080 --cacert ~/.plumbline/plumbline-ca.pem https://example.com/",
                "  plumbline show latest c1.2",
                "  plumbline export latest --har out.har --pcapng out.pcapng",
                "",
                "Or in one line:  plumbline exec -- curl https://example.com/",
                "Each command has its own --help. Exit codes: 0 done, 1 could not be done, 2 bad syntax or value.");
        return spec;
    }

    /** {@code help start} is {@code start --help}; {@code --verbose} may stand before the command too. */
    private static String[] asTyped(String[] arguments) {
        List<String> words = new ArrayList<>(Arrays.asList(arguments));
        while (!words.isEmpty() && words.get(0).equals("--verbose")) {
            words.remove(0);
        }
        if (!words.isEmpty() && words.get(0).equals("help")) {
            words.remove(0);
            words.add(words.isEmpty() ? 0 : 1, "--help");
        }
        return words.toArray(String[]::new);
    }

    /** Known before anything is parsed, so that a parse error can show its trace, and before the first logger is made. */
    private static boolean isVerbose(String[] arguments) {
        for (int i = 0; i < arguments.length && !arguments[i].equals("--"); i++) {
            if (arguments[i].equals("--verbose")) {
                return true;
            }
        }
        return false;
    }

    private static void setUpLogging(boolean verbose) {
        String logger = "org.slf4j.simpleLogger.";
        if (verbose) {
            System.setProperty(logger + "defaultLogLevel", "debug");
        }
        Map.of("defaultLogLevel", "warn", "showThreadName", "false", "showShortLogName", "true", "levelInBrackets", "true")
                .forEach((key, value) -> System.getProperties().putIfAbsent(logger + key, value));
    }

    private String commandTyped(String[] arguments) {
        return Arrays.stream(arguments).filter(commands::containsKey).findFirst().map(name -> NAME + " " + name).orElse(NAME);
    }

    private String notACommand(String word) {
        return "expected a command (" + String.join(", ", commands.keySet()) + "), got '" + word + "'";
    }

    private String words(ParameterException e) {
        String command = e.getCommandLine().getCommandSpec().name();
        if (e instanceof UnmatchedArgumentException unmatched && !unmatched.getUnmatched().isEmpty()) {
            String first = unmatched.getUnmatched().get(0);
            if (first.startsWith("-")) {
                return "unknown option '" + first + "'" + (command.equals(NAME) ? "" : " of " + command);
            }
            if (command.equals(NAME)) {
                return notACommand(first);
            }
            Set<String> parts = e.getCommandLine().getSubcommands().keySet();
            return command + ": " + (parts.isEmpty() ? "unexpected argument '" + first + "'" : "expected " + Values.oneOf(List.copyOf(parts)) + ", got '" + first + "'");
        }
        if (e instanceof MissingParameterException missing && !missing.getMissing().isEmpty()) {
            var argument = missing.getMissing().get(0);
            return argument.isOption()
                    ? ((OptionSpec) argument).longestName() + ": expected " + argument.paramLabel() + ", got nothing"
                    : command + ": expected " + argument.paramLabel() + ", got nothing";
        }
        if (e instanceof OverwrittenOptionException twice && twice.getOverwritten() instanceof OptionSpec option) {
            return option.longestName() + ": expected once, got it twice";
        }
        return e.getMessage();
    }

    private int usage(String words, String command, Throwable cause, boolean verbose) {
        return fail(words + " (see " + command + " --help)", USAGE, cause, verbose);
    }

    private int fail(String words, int code, Throwable cause, boolean verbose) {
        console.note(NAME + ": " + console.errLook().safe(words));
        if (verbose) {
            cause.printStackTrace(console.err());
            console.err().flush();
        }
        return code;
    }
}
