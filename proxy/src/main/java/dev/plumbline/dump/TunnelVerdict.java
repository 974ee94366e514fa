package dev.plumbline.dump;

/** Hears what a stream turned out to hold. */
interface TunnelVerdict {
    /** It can be read: exchanges follow. {@code sni} is empty when none was asked for. */
    void isRead(String sni, long at);

    /** It cannot. */
    void isOpaque(Unread why, String reason, String sni, long at);
}
