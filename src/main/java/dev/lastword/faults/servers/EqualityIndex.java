package dev.lastword.faults.servers;

import de.bwaldvogel.mongo.MongoCollection;
import de.bwaldvogel.mongo.backend.EmptyIndex;
import de.bwaldvogel.mongo.backend.IndexKey;
import de.bwaldvogel.mongo.backend.Utils;
import de.bwaldvogel.mongo.bson.Document;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds documents by the values of all its fields. The library has unique indexes alone, and looks
 * through every document for the rest: a long run would become slower with each receipt. The fields
 * may not hold lists. Used under the collection's lock.
 */
final class EqualityIndex extends EmptyIndex<Integer> {

  /** By the fields' values, and then by the document's id. */
  private final Map<List<Object>, Map<Object, Integer>> positions = new HashMap<>();

  EqualityIndex(String name, List<IndexKey> keys) {
    super(name, keys);
  }

  private List<Object> values(Document document) {
    return keys().stream()
        .map(key -> comparable(Utils.getSubdocumentValue(document, key)))
        .toList();
  }

  private static Object comparable(Object value) {
    return value instanceof Number number ? Utils.normalizeNumber(number) : value;
  }

  @Override
  public void add(Document document, Integer position, MongoCollection<Integer> collection) {
    positions
        .computeIfAbsent(values(document), _ -> new LinkedHashMap<>())
        .put(document.get("_id"), position);
  }

  @Override
  public Integer remove(Document document) {
    positions.computeIfPresent(
        values(document),
        (_, found) -> {
          found.remove(document.get("_id"));
          return found.isEmpty() ? null : found;
        });
    return super.remove(document);
  }

  @Override
  public void updateInPlace(
      Document before, Document after, Integer position, MongoCollection<Integer> collection) {
    remove(before);
    add(after, position, collection);
  }

  @Override
  public boolean canHandle(Document query) {
    return canHandle(keys(), query);
  }

  /** Whether a query gives each key one simple value. */
  static boolean canHandle(List<String> keys, Document query) {
    return keys.stream()
        .map(query::get)
        .allMatch(wanted ->
            wanted instanceof String || wanted instanceof Number || wanted instanceof Boolean);
  }

  @Override
  public Iterable<Integer> getPositions(Document query) {
    return List.copyOf(positions.getOrDefault(values(query), Map.of()).values());
  }

  @Override
  public void drop() {
    positions.clear();
  }
}
