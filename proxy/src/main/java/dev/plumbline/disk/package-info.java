/**
 * Files that are written in bulk, once, from the front to the back: packet dumps and content.
 *
 * <pre>
 *  octets ─▶ BulkFile ─┬─ whole blocks, many at once ─▶ the disk
 *                      └─ what is left of a block ────▶ the page cache
 * </pre>
 *
 * <p>Depends on the JDK alone. Why not all through the page cache: {@code docs/decisions/0007-bulk-files-past-the-page-cache.md}.
 */
package dev.plumbline.disk;
