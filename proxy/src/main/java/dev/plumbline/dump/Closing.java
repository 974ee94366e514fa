package dev.plumbline.dump;

/**
 * Why nothing more is read.
 *
 * @param why completes a sentence
 * @param isUnread whether more was sent than could be read: then whoever ends the connection did not cut a message by it
 */
record Closing(String why, boolean isUnread) {
}
