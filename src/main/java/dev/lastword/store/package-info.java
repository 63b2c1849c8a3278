/** Adapters: each package below implements a port on one technology; only Service knows them. */
@NullMarked
package dev.lastword.store;

import org.jspecify.annotations.NullMarked;
