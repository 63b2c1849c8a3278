package dev.lastword.places;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * The places in flat arrays, as they stand in {@code places.bin.gz}; a name becomes a string only
 * when it is asked for. Safe for use by many threads.
 *
 * <p>{@code scripts/make-places.sh} writes the file. It is gzip over, in this order, with
 * big-endian ints and strings as {@link DataInputStream#readUTF} reads them:
 *
 * <pre>
 * int     0x4C575031 ("LWP1")
 * int     number of places
 * int     number of regions
 * region, that many times:
 *   string  ISO 3166 code of the country
 *   string  name of the region, empty where it has none
 *   int     number of its places: they follow those of the region before
 * number, one a place: latitude less the latitude of the place before, in 1e-5 degrees
 * number, one a place: longitude, likewise
 * int     number of bytes of all names
 * bytes   names in UTF-8, a line feed after each
 * </pre>
 *
 * <p>A number is zigzag coded ({@code n << 1 ^ n >> 31}) and written seven bits a byte, lowest
 * first, the high bit set in all bytes but the last, as in Protocol Buffers' {@code sint32}.
 */
final class PlaceTable {

  private static final String RESOURCE = "places.bin.gz";
  private static final int MAGIC = 0x4C575031;
  private static final double UNITS_PER_DEGREE = 1e5;

  private final String[] regions;
  private final String[] countries;

  /** By code, for those that were asked for: the Java machine takes its time to look them up. */
  private final ConcurrentHashMap<String, String> englishNames = new ConcurrentHashMap<>();

  private final int[] firstOfRegion;
  private final int[] latitudes;
  private final int[] longitudes;
  private final byte[] names;
  private final int[] nameStarts;

  private PlaceTable(DataInputStream in) throws IOException {
    if (in.readInt() != MAGIC) {
      throw new IOException("does not begin like a table of places");
    }
    int size = in.readInt();
    int regionCount = in.readInt();
    regions = new String[regionCount];
    countries = new String[regionCount];
    firstOfRegion = new int[regionCount];
    int places = 0;
    for (int region = 0; region < regionCount; region++) {
      countries[region] = in.readUTF();
      regions[region] = in.readUTF();
      firstOfRegion[region] = places;
      places += in.readInt();
    }
    if (places != size) {
      throw new IOException("its regions have " + places + " places, not " + size);
    }
    latitudes = readDifferences(in, size);
    longitudes = readDifferences(in, size);
    names = new byte[in.readInt()];
    in.readFully(names);
    nameStarts = lineStarts(names, size);
  }

  /** The table beside this class; an {@link IllegalStateException} if it is missing or damaged. */
  static PlaceTable load() {
    try (InputStream resource = PlaceTable.class.getResourceAsStream(RESOURCE)) {
      if (resource == null) {
        throw new IllegalStateException(RESOURCE + " is missing");
      }
      byte[] bytes = new GZIPInputStream(resource, 1 << 16).readAllBytes();
      return new PlaceTable(new DataInputStream(new ByteArrayInputStream(bytes)));
    } catch (IOException e) {
      throw new IllegalStateException(RESOURCE + " is damaged: " + e.getMessage(), e);
    }
  }

  int size() {
    return latitudes.length;
  }

  double latitude(int place) {
    return latitudes[place] / UNITS_PER_DEGREE;
  }

  double longitude(int place) {
    return longitudes[place] / UNITS_PER_DEGREE;
  }

  String name(int place) {
    int start = nameStarts[place];
    return new String(names, start, nameStarts[place + 1] - start - 1, UTF_8);
  }

  @Nullable String region(int place) {
    String region = regions[regionOf(place)];
    return region.isEmpty() ? null : region;
  }

  String country(int place) {
    return englishNames.computeIfAbsent(countries[regionOf(place)], PlaceTable::englishName);
  }

  private int regionOf(int place) {
    int found = Arrays.binarySearch(firstOfRegion, place);
    return found >= 0 ? found : -found - 2;
  }

  private static String englishName(String country) {
    return Locale.of("", country).getDisplayCountry(Locale.ENGLISH);
  }

  private static int[] readDifferences(DataInputStream in, int count) throws IOException {
    int[] values = new int[count];
    int value = 0;
    for (int i = 0; i < count; i++) {
      int coded = 0;
      int shift = 0;
      int next = in.readUnsignedByte();
      while (next > 127) {
        coded |= (next & 127) << shift;
        shift += 7;
        next = in.readUnsignedByte();
      }
      coded |= next << shift;
      value += (coded >>> 1) ^ -(coded & 1);
      values[i] = value;
    }
    return values;
  }

  private static int[] lineStarts(byte[] text, int lines) throws IOException {
    int[] starts = new int[lines + 1];
    int line = 0;
    for (int i = 0; i < text.length; i++) {
      if (text[i] == '\n') {
        if (++line > lines) {
          break;
        }
        starts[line] = i + 1;
      }
    }
    if (line != lines) {
      throw new IOException("does not have " + lines + " names");
    }
    return starts;
  }
}
