package dev.lastword.bench;

import java.util.List;

/**
 * One comparison.
 *
 * @param name in small letters and dashes
 * @param question what it answers
 */
record Row(String name, String question, Method method) {

  /** How it is measured: starts what it compares, and ends it. */
  interface Method {
    List<Line> measure(Effort effort) throws Exception;
  }
}
