package dev.lastword.store.redis;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32;

/**
 * A group of accounts whose keys share a hash tag, and so a server and an epoch.
 *
 * @param number 0 to {@link #COUNT} - 1
 */
record Partition(int number) {

  /** How many there are. Part of the contract between nodes: it never changes. */
  static final int COUNT = 64;

  static Partition of(String accountId) {
    CRC32 crc = new CRC32();
    crc.update(accountId.getBytes(StandardCharsets.UTF_8));
    return new Partition((int) (crc.getValue() % COUNT));
  }

  /** The name under which the system of record lends it accounts; also the queue's group. */
  String holder() {
    return "p" + number;
  }

  private String key(String name) {
    return "{" + holder() + "}:" + name;
  }

  List<String> epochKey() {
    return List.of(key("epoch"));
  }

  List<String> dueKeys() {
    return List.of(key("epoch"), key("used"), key("due"));
  }

  /** All keys of an account, in the order that the library declares. */
  List<String> accountKeys(String id) {
    return List.of(
        key("epoch"),
        key("a:" + id),
        key("r:" + id),
        key("d:" + id),
        key("k:" + id),
        key("w:" + id),
        key("f:" + id),
        key("used"),
        key("due"));
  }
}
