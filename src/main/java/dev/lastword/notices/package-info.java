/** Somebody is told, by webhook, that a balance is low. */
@NullMarked
package dev.lastword.notices;

import org.jspecify.annotations.NullMarked;
