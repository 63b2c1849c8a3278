// Keeps the characters of standard input of a font: subset-font.mjs FONT SUBSET
import { readFileSync, writeFileSync } from "node:fs";
import subsetFont from "subset-font";

const [font, target] = process.argv.slice(2);
const characters = readFileSync(0, "utf8");
writeFileSync(target, await subsetFont(readFileSync(font), characters, { targetFormat: "truetype" }));
