package dev.lastword.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import org.assertj.core.api.ThrowingConsumer;
import org.awaitility.core.ConditionFactory;

/**
 * A page as its reader has it: what is seen is read, the mouse and the keyboard do the rest. It
 * remembers whom the page asked and what the browser complained about.
 */
final class Tab implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** What axe calls these is wrong for some readers beyond doubt. */
  private static final Set<String> GRAVE = Set.of("serious", "critical");

  private final DevTools tools;
  private final String session;
  private final String context;
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final List<String> complaints = new CopyOnWriteArrayList<>();
  private volatile boolean loaded;

  Tab(DevTools tools, String session, String context) {
    this.tools = tools;
    this.session = session;
    this.context = context;
    tools.listen(session, this::happened);
    for (String domain : List.of("Page", "Runtime", "Network", "Log")) {
      call(domain + ".enable", Map.of());
    }
    screen(1000, 720, false);
  }

  private JsonNode call(String method, Map<String, ?> parameters) {
    return tools.call(session, method, parameters);
  }

  private void happened(String name, JsonNode event) {
    switch (name) {
      case "Network.requestWillBeSent" -> requests.add(event.at("/request/url").asText());
      case "Runtime.exceptionThrown" -> complaints.add(event.toString());
      // What the network says is the page's to handle, and looked at there.
      case "Log.entryAdded" -> {
        if (!event.at("/entry/source").asText().equals("network")
            && Set.of("error", "warning").contains(event.at("/entry/level").asText())) {
          complaints.add(event.at("/entry/text").asText());
        }
      }
      case "Page.loadEventFired" -> loaded = true;
      default -> {}
    }
  }

  void go(String url) {
    loaded = false;
    call("Page.navigate", Map.of("url", url));
    patiently().until(() -> loaded);
  }

  /** How large the window is, in CSS pixels, and whether its reader likes it dark. */
  void screen(int width, int height, boolean dark) {
    call(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
    call(
        "Emulation.setEmulatedMedia",
        Map.of(
            "features",
            List.of(
                Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"),
                Map.of("name", "prefers-reduced-motion", "value", "reduce"))));
  }

  private static ConditionFactory patiently() {
    return await().pollInterval(Duration.ofMillis(20)).atMost(Duration.ofSeconds(30));
  }

  /** What an expression is, after a promise has kept it. */
  JsonNode evaluate(String expression) {
    JsonNode answer =
        call(
            "Runtime.evaluate",
            Map.of("expression", expression, "returnByValue", true, "awaitPromise", true));
    assertThat(answer.has("exceptionDetails")).as(answer.toString()).isFalse();
    return answer.at("/result/value");
  }

  private static String quoted(String text) {
    try {
      return JSON.writeValueAsString(text);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** The text that is seen of an element; empty if it is not there or hidden. */
  String text(String selector) {
    return evaluate(
            "(e => e && e.checkVisibility() ? e.innerText : '')(document.querySelector("
                + quoted(selector)
                + "))")
        .asText()
        .strip();
  }

  /** A figure that is seen, without the commas that it is shown with. */
  long number(String selector) {
    return Long.parseLong(text(selector).replace(",", ""));
  }

  boolean shows(String selector) {
    return evaluate(
            "(e => !!e && e.checkVisibility())(document.querySelector(" + quoted(selector) + "))")
        .asBoolean();
  }

  /** Waits until what is seen of an element is as asserted. */
  void see(String selector, ThrowingConsumer<String> assertion) {
    patiently().untilAsserted(() -> assertion.accept(text(selector)));
  }

  /** Waits until an element shows a text. */
  void see(String selector, String text) {
    see(selector, seen -> assertThat(seen).as(selector).contains(text));
  }

  /** Waits until an element is not seen. */
  void miss(String selector) {
    patiently().untilAsserted(() -> assertThat(shows(selector)).as(selector).isFalse());
  }

  /** Waits until an element is seen and clicks on its middle; nothing may lie over it. */
  void click(String selector) {
    patiently().until(() -> shows(selector));
    JsonNode at =
        evaluate(
            """
            (selector => {
              const element = document.querySelector(selector);
              element.scrollIntoView({block: 'center'});
              const box = element.getBoundingClientRect();
              const x = box.x + box.width / 2, y = box.y + box.height / 2;
              return {x, y, over: element.contains(document.elementFromPoint(x, y))};
            })(%s)\
            """
                .formatted(quoted(selector)));
    assertThat(at.get("over").asBoolean()).as(selector + " can be clicked").isTrue();
    for (String type : List.of("mousePressed", "mouseReleased")) {
      call(
          "Input.dispatchMouseEvent",
          Map.of(
              "type",
              type,
              "x",
              at.get("x").asDouble(),
              "y",
              at.get("y").asDouble(),
              "button",
              "left",
              "clickCount",
              1));
    }
  }

  /** Writes over what a field holds. */
  void type(String selector, String text) {
    click(selector);
    evaluate("document.activeElement.select()");
    call("Input.insertText", Map.of("text", text));
    assertThat(evaluate("document.querySelector(" + quoted(selector) + ").value").asText())
        .isEqualTo(text);
  }

  /** Chooses from a list. */
  void choose(String selector, String value) {
    click(selector);
    press("Escape");
    evaluate(
        "(list => { list.value = %s; list.dispatchEvent(new Event('change')); })(document.querySelector(%s))"
            .formatted(quoted(value), quoted(selector)));
  }

  /** Presses a key by its name in the DOM. */
  void press(String key) {
    Map<String, Integer> codes =
        Map.of(
            "Tab",
            9,
            "Enter",
            13,
            "Escape",
            27,
            "End",
            35,
            "Home",
            36,
            "ArrowLeft",
            37,
            "ArrowRight",
            39);
    for (String type : List.of(key.equals("Enter") ? "keyDown" : "rawKeyDown", "keyUp")) {
      call(
          "Input.dispatchKeyEvent",
          Map.of(
              "type",
              type,
              "key",
              key,
              "windowsVirtualKeyCode",
              codes.get(key),
              "text",
              key.equals("Enter") && type.equals("keyDown") ? "\r" : ""));
    }
  }

  /** The id of the element that the keyboard speaks to. */
  String focused() {
    return evaluate("document.activeElement?.id ?? ''").asText();
  }

  /** The origins that the page asked anything of. */
  Set<String> origins() {
    Set<String> origins = new TreeSet<>();
    for (String request : requests) {
      if (request.startsWith("http")) {
        URI uri = URI.create(request);
        origins.add(uri.getScheme() + "://" + uri.getAuthority());
      }
    }
    return origins;
  }

  List<String> requests() {
    return List.copyOf(requests);
  }

  /** Errors in scripts, and what the content security policy forbade. */
  List<String> complaints() {
    return List.copyOf(complaints);
  }

  /** What a reader with other eyes or hands than the author's stumbles over, as axe sees it. */
  List<String> barriers() throws IOException {
    if (!evaluate("'axe' in window").asBoolean()) {
      try (InputStream axe = Tab.class.getResourceAsStream("/axe.min.js")) {
        evaluate(new String(axe.readAllBytes(), StandardCharsets.UTF_8) + "; true");
      }
    }
    List<String> barriers = new ArrayList<>();
    for (JsonNode one : evaluate("axe.run(document).then(found => found.violations)")) {
      if (GRAVE.contains(one.get("impact").asText())) {
        barriers.add(one.get("id").asText() + " " + one.at("/nodes/0"));
      }
    }
    return barriers;
  }

  /** How far the page can be scrolled sideways, in CSS pixels. */
  int overhang() {
    return evaluate("document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth")
        .asInt();
  }

  /** Keeps what is seen as a PNG. */
  void picture(Path file) throws IOException {
    evaluate("window.scrollTo(0, 0); new Promise(r => requestAnimationFrame(() => r(true)))");
    String data = call("Page.captureScreenshot", Map.of("format", "png")).get("data").asText();
    Files.createDirectories(file.getParent());
    Files.write(file, Base64.getDecoder().decode(data));
  }

  @Override
  public void close() {
    tools.call("", "Target.disposeBrowserContext", Map.of("browserContextId", context));
  }
}
