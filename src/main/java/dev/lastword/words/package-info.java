/** What a stream is made of: the words of a seed, and the waits between them. */
@NullMarked
package dev.lastword.words;

import org.jspecify.annotations.NullMarked;
