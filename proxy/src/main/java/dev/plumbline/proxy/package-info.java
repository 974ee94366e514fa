/**
 * Puts the parts together: {@code Plumbline.builder()…start()} is the public way in.
 *
 * <pre>
 *  relay ──facts──▶ ┐
 *                   ├─▶ recorder ─▶ recording on disk
 *  capture ─facts─▶ ┘
 * </pre>
 */
package dev.plumbline.proxy;
