/** Placeholder until the package fills. */
package dev.plumbline.proxy;
