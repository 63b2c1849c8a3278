package dev.lastword.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

final class LastwordTest {

  @Test
  void aCommandThatIsMeantIsTheOnlyOneThatIsLookedAt() {
    Map<String, CommandLine> all = Lastword.commands().getSubcommands();

    assertThat(all).containsKeys("demo", "serve", "help");
    all.forEach((name, command) -> {
      assertThat(command.getCommandName()).isEqualTo(name);
      if (!name.equals("help")) {
        assertThat(Lastword.commands(name, "--help").getSubcommands()).containsOnlyKeys(name);
      }
    });
    assertThat(Lastword.commands("serv").getSubcommands()).hasSameSizeAs(all);
    assertThat(Lastword.commands("-V", "serve").getSubcommands()).hasSameSizeAs(all);
  }
}
