package dev.lastword.faults;

import java.util.List;

/**
 * What became of everything that was asked of one server, over all its lives.
 *
 * @param acknowledged charges, credits and changes whose answer a client has
 * @param lost units or changes that were acknowledged and are not in the record
 * @param doubled units charged or credited more than once for one request
 * @param overspent units spent beyond what was credited
 * @param leaked units spent and not explained, or held for nobody
 * @param beyond units charged and not delivered
 * @param breaches in words, each thing that was not promised
 */
record Verdict(
    long acknowledged,
    long lost,
    long doubled,
    long overspent,
    long leaked,
    long beyond,
    List<String> breaches) {

  static final Verdict NOTHING = new Verdict(0, 0, 0, 0, 0, 0, List.of());

  Verdict plus(Verdict other) {
    return new Verdict(
        acknowledged + other.acknowledged,
        lost + other.lost,
        doubled + other.doubled,
        overspent + other.overspent,
        leaked + other.leaked,
        beyond + other.beyond,
        java.util.stream.Stream.concat(breaches.stream(), other.breaches.stream()).toList());
  }
}
