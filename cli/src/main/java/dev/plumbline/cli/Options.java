package dev.plumbline.cli;

import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/**
 * Option models made by hand: no annotations, hence no reflection at start-up. All values come as text, and
 * {@link Values} reads them, so that every refusal is worded here.
 */
final class Options {
    private Options() {
    }

    /** A command with its help: what it does, and examples. */
    static CommandSpec command(String name, String synopsis, String summary, String... examples) {
        CommandSpec spec = CommandSpec.create().name(name).addOption(flag("--verbose", "Say more on errors (stack traces), and log what goes on."))
                .addOption(OptionSpec.builder("-h", "--help").usageHelp(true).description("Show this help.").build());
        spec.usageMessage().customSynopsis("plumbline " + synopsis).description(quoted(summary)).sortOptions(false).width(100)
                .optionListHeading("%n").parameterListHeading("%n").synopsisHeading("Usage: ").descriptionHeading("%n");
        if (examples.length > 0) {
            spec.usageMessage().footerHeading("%nExamples:%n").footer(quoted(examples));
        }
        return spec;
    }

    static OptionSpec value(String name, String label, String... description) {
        return OptionSpec.builder(name).type(String.class).arity("1").paramLabel(label).description(quoted(description)).build();
    }

    static OptionSpec repeatable(String name, String label, String... description) {
        return OptionSpec.builder(name).type(List.class).auxiliaryTypes(String.class).arity("1").paramLabel(label).description(quoted(description)).build();
    }

    static OptionSpec flag(String name, String... description) {
        return OptionSpec.builder(name).type(boolean.class).arity("0").description(quoted(description)).build();
    }

    static PositionalParamSpec parameter(int index, String label, String... description) {
        return PositionalParamSpec.builder().index(Integer.toString(index)).arity("1").required(true).type(String.class).paramLabel(label)
                .description(quoted(description)).build();
    }

    static PositionalParamSpec optional(int index, String label, String... description) {
        return PositionalParamSpec.builder().index(Integer.toString(index)).arity("0..1").type(String.class).paramLabel(label)
                .description(quoted(description)).build();
    }

    static PositionalParamSpec rest(String label, String... description) {
        return PositionalParamSpec.builder().index("0..*").arity("1..*").required(true).type(List.class).auxiliaryTypes(String.class)
                .paramLabel(label).hideParamSyntax(true).description(quoted(description)).build();
    }

    /** The recording that a command reads. */
    static PositionalParamSpec recording() {
        return parameter(0, "REC", "A recording's directory, or 'latest'.");
    }

    static boolean has(ParseResult typed, String flag) {
        return typed.hasMatchedOption(flag);
    }

    /** The texts given with a repeatable option, in order. */
    static List<String> all(ParseResult typed, String option) {
        List<String> given = typed.matchedOptionValue(option, List.of());
        return List.copyOf(given);
    }

    /** picocli formats these. */
    private static String[] quoted(String... lines) {
        String[] out = lines.clone();
        for (int i = 0; i < out.length; i++) {
            out[i] = out[i].replace("%", "%%");
        }
        return out;
    }
}
