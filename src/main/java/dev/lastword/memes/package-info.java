/** The memes that are sold: text memes from a stock, and those that a model writes. */
@NullMarked
package dev.lastword.memes;

import org.jspecify.annotations.NullMarked;
