/**
 * Memes as pictures: a pure function from what a meme says to the bytes of a file. {@link
 * dev.lastword.pictures.Studio} is the way in. Everything that it takes comes with the program; it
 * is read when the first picture is made.
 */
@NullMarked
package dev.lastword.pictures;

import org.jspecify.annotations.NullMarked;
