/**
 * Who is calling: signed tokens (JWT) made and verified, and the keys that they are signed with.
 */
@NullMarked
package dev.lastword.identity;

import org.jspecify.annotations.NullMarked;
