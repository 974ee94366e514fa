package dev.plumbline.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** One command of the program. */
interface Command {
    /** Its options, parameters and help. Asked for only when this command was typed. */
    CommandSpec spec();

    /**
     * Does it.
     *
     * @return the exit code
     * @throws UsageException when a value is not allowed
     * @throws Exception when it could not be done; the message is one line
     */
    int run(ParseResult typed, Console console) throws Exception;
}
