package dev.lastword.pictures;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A machine without fonts, as containers are. */
final class NoFontsTest {

  /** Draws, and says how many bytes the file has. */
  static final class Draw {
    public static void main(String[] arguments) {
      byte[] bytes =
          Encoding.encode(new Painter().paint(Samples.ALL.getFirst()), PictureFormat.PNG);
      System.out.println("drawn: " + bytes.length);
    }
  }

  @Test
  void picturesAreDrawnWhereThereAreNoFonts(@TempDir Path folder) throws Exception {
    Path none = folder.resolve("fonts.conf");
    Files.writeString(none, "<?xml version=\"1.0\"?><fontconfig></fontconfig>");

    String said = run(folder, none);

    byte[] here = Encoding.encode(new Painter().paint(Samples.ALL.getFirst()), PictureFormat.PNG);
    assertThat(said).contains("drawn: " + here.length);
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
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return Files.readString(output);
  }
}
