/** Accounts in MongoDB, by atomic updates of single documents only. */
@NullMarked
package dev.lastword.store.mongo;

import org.jspecify.annotations.NullMarked;
