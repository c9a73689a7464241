// Makes templates/icons.tsv from the npm package lucide-static: name, tab, inner SVG.
// Run `npm run icons` after adding a name; the result is committed, so that the server builds without npm.
import { readFileSync, writeFileSync } from "node:fs";

const names = `
accessibility alert-triangle arrow-left arrow-right arrow-up-right ban calendar calendar-days calendar-plus check check-circle
chevron-down chevron-right circle circle-alert circle-check circle-x clock copy credit-card door-open download external-link eye
file-text filter fingerprint gift globe heart home hourglass image info landmark layers layout-dashboard list log-in log-out
mail map-pin menu minus moon palette pencil plus printer receipt refresh-cw rotate-ccw save scan-line search send settings
share-2 shield-check shopping-bag sparkles tag ticket trash-2 undo-2 user users wallet x
`.trim().split(/\s+/);

const lines = names.map((name) => {
  const svg = readFileSync(new URL(`../node_modules/lucide-static/icons/${name}.svg`, import.meta.url), "utf8");
  const inner = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>"));
  return `${name}\t${inner.replace(/\s+/g, " ").replace(/ \/>/g, "/>").replace(/> </g, "><").trim()}`;
});
writeFileSync(new URL("../templates/icons.tsv", import.meta.url), `${lines.join("\n")}\n`);
