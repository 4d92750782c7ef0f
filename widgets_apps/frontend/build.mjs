// Builds what a browser loads, into ../static: page.js (full page), widget.js (notebook), and volume.js (3-D), which
// both load when it is first needed: the page from its address, the widget through its channel.
import { build } from "esbuild";
import { copyFile } from "node:fs/promises";

await build({
  entryPoints: ["src/page.tsx", "src/widget.tsx", "src/volume.ts"],
  outdir: "../static",
  bundle: true,
  format: "esm",
  target: ["es2022"],
  minify: true,
  legalComments: "none",
  define: { "process.env.NODE_ENV": '"production"' },
  logLevel: "warning",
});

await copyFile("src/daisy.svg", "../static/daisy.svg");
