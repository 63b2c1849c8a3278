package dev.lastword.load;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/** Reads a report as a strict parser does. */
public final class Pages {

  private Pages() {}

  /** The root of a page, if it is well-formed. */
  public static Element parse(String html) throws Exception {
    DocumentBuilder parser = DocumentBuilderFactory.newInstance().newDocumentBuilder();
    parser.setErrorHandler(null);
    return parser.parse(new InputSource(new StringReader(html))).getDocumentElement();
  }

  static List<Element> elements(Element page, String name) {
    NodeList found = page.getElementsByTagName(name);
    List<Element> elements = new ArrayList<>();
    for (int index = 0; index < found.getLength(); index++) {
      elements.add((Element) found.item(index));
    }
    return elements;
  }

  /** What all elements of that name say, without what their ends are set off with. */
  public static List<String> texts(Element page, String name) {
    return elements(page, name).stream().map(element -> element.getTextContent().strip()).toList();
  }

  /** What remains of a text when nothing is in it that a page may not contain. */
  static String readable(String text) {
    return text.replaceAll("[\u0000\u001b]", "\uFFFD").replace('\ud800', '\uFFFD').strip();
  }
}
