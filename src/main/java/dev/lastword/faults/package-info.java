/**
 * The fault report: harms real servers in every way there is and counts, from what their clients
 * know and from the system of record, what was lost, doubled, overspent or leaked.
 */
@NullMarked
package dev.lastword.faults;

import org.jspecify.annotations.NullMarked;
