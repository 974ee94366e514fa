package dev.plumbline.fact;

/**
 * Says whether more may be written into a recording. Shared by all who write there; safe for use by several threads, and cheap.
 *
 * <p>Packets are refused first, then content, last everything else: so that what is left is the account of what happened.
 */
public interface DiskBudget {
    /** What is to be written. */
    enum Use {
        PACKETS,
        CONTENT,
        ACCOUNT
    }

    /** Takes {@code octets} from the budget; false when they must not be written, and nothing is taken. */
    boolean take(Use use, long octets);
}
