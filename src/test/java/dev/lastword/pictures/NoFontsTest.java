package dev.lastword.pictures;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A machine without fonts, as containers are. */
final class NoFontsTest {

  /** Draws some samples, and says what came out. */
  static final class Draw {
    public static void main(String[] arguments) {
      System.out.println("drawn: " + digest());
    }
  }

  private static int digest() {
    Painter painter = new Painter();
    int digest = 0;
    // With a place, emoji among letters, two directions, nothing but emoji, and boxes.
    for (int sample : new int[] {0, 9, 13, 27, 28}) {
      Poster poster = Samples.ALL.get(sample);
      digest = 31 * digest + Arrays.hashCode(pixels(painter.paint(poster)));
    }
    return digest;
  }

  private static int[] pixels(BufferedImage image) {
    return image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
  }

  @Test
  void picturesAreDrawnWhereThereAreNoFontsAndJustAsElsewhere(@TempDir Path folder)
      throws Exception {
    Path none = folder.resolve("fonts.conf");
    Files.writeString(none, "<?xml version=\"1.0\"?><fontconfig></fontconfig>");

    assertThat(run(folder, none)).contains("drawn: " + digest());
  }

  private static String run(Path folder, Path fonts) throws IOException, InterruptedException {
    ProcessBuilder java =
        new ProcessBuilder(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                // Where Java keeps what it once found.
                "-Duser.home=" + folder,
                "-cp",
                System.getProperty("java.class.path"),
                Draw.class.getName()));
    java.environment().put("FONTCONFIG_FILE", fonts.toString());
    java.environment().remove("DISPLAY");
    Path output = folder.resolve("output");
    Process process = java.redirectErrorStream(true).redirectOutput(output.toFile()).start();
    assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
    return Files.readString(output);
  }
}
