/** The process that the fault report harms: the real server, which can be told when to die. */
@NullMarked
package dev.lastword.faults.victim;

import org.jspecify.annotations.NullMarked;
