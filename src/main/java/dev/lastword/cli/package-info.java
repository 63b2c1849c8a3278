/** The command line: one class a command. */
@NullMarked
package dev.lastword.cli;

import org.jspecify.annotations.NullMarked;
