/**
 * TLS on both legs: the handlers, what each record carried, the secrets, and what was agreed.
 *
 * <p>Uses Netty and the JDK only. One TLS phase of a connection is three handlers, nearest to the socket first:
 *
 * <pre>
 *   socket ── RecordSplitter ── SslHandler ── PlainTap ── HTTP
 *              wire offsets                   plain offsets
 *              └────────── RecordListener rows ────────┘
 * </pre>
 *
 * <p>Inbound, the splitter hands the SslHandler at most one record's octets per call; the SslHandler decrypts within
 * that call, so the plaintext that the tap sees meanwhile is what that record held, whatever the cipher, the padding or
 * the provider. Outbound, only the tap gives the SslHandler plaintext, and only inside a flush; the records that come
 * out of that flush are attributed from the last one backwards until their plaintext is what went in
 * ({@link dev.plumbline.relay.tls.SealedRecords}).
 */
package dev.plumbline.relay.tls;
