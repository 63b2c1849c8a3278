/**
 * A language model somewhere else, asked over HTTP in the form that OpenAI's chat completions have.
 * Nothing it says is believed or passed on beyond a limit.
 */
@NullMarked
package dev.lastword.upstream;

import org.jspecify.annotations.NullMarked;
