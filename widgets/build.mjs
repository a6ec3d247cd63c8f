// Builds the widgets into built/: the same sources always give the same bytes. Every file but
// loader.js carries the hash of its content in its name and is loaded with its SRI hash; into loader.js the
// connector writes what a shop's page needs at once.
//   node build.mjs [folder]

import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build, transform } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const target = resolve(process.argv[2] ?? join(here, "built"));
const BESIDE = ["ask", "earn", "launcher", "membership", "order", "redeem"];
const GUARD = { banner: { js: "window.stammkunde&&" } };

/** Widgets beside the core take what they name of the shared part from the core, which was loaded before them. */
const sharedOutside = {
  name: "shared-outside",
  setup(on) {
    on.onResolve({ filter: /\/shared\.ts$/ }, ({ importer }) => ({ path: importer, namespace: "outside" }));
    on.onLoad({ filter: /.*/, namespace: "outside" }, ({ path }) => {
      const [names] = /(?<=^import )\{.*\}(?= from "..\/shared\.ts")/m.exec(readFileSync(path, "utf8"));
      return { contents: `export const ${names} = window.stammkunde` };
    });
  },
};

/** Styles are written to be read; what is shipped is small. */
const smallStyles = {
  name: "small-styles",
  setup(on) {
    on.onLoad({ filter: /\.css\.ts$/ }, async ({ path }) => {
      const [, before, css] = /^([^]*= )`([^`]*)`;\n$/.exec(readFileSync(path, "utf8"));
      const { code } = await transform(css, { loader: "css", minify: true, target: "es2022" });
      return { contents: before + JSON.stringify(tight(code)), loader: "ts" };
    });
  },
};

/** The minifier keeps the spaces within custom properties, behind colon and comma, which mean nothing to us. */
const tight = (css) => css.trim().replace(/(--[\w-]+): |(,) /g, (_, name, comma) => comma ?? `${name}:`);

async function bundle(entry, options = {}) {
  const { outputFiles } = await build({
    entryPoints: [join(here, "src", entry)],
    absWorkingDir: here,
    bundle: true,
    write: false,
    minify: true,
    format: "iife",
    target: "es2022",
    charset: "utf8",
    legalComments: "none",
    plugins: [smallStyles],
    ...options,
  });
  return outputFiles[0].contents;
}

/** In base64, without the sign that ends each. */
const hash = (bytes) => createHash("sha256").update(bytes).digest("base64").slice(0, -1);
const integrity = (bytes) => `sha256-${hash(bytes)}=`;
/** The loader makes the same name from the same hash, so it need not carry both. */
const hashed = (name, bytes) => `${name}-${hash(bytes).slice(0, 10).replace(/\W/g, "0")}.js`;

const parts = { core: await bundle("core.ts") };
for (const name of BESIDE) {
  const plugins = [sharedOutside, smallStyles];
  parts[name] = await bundle(`${name}/define.ts`, { plugins, ...GUARD });
}

const files = {};
const bundles = {};
for (const [name, bytes] of Object.entries(parts)) {
  files[hashed(name, bytes)] = bytes;
  bundles[name] = hash(bytes);
}
const manifest = {};
for (const name of Object.keys(files).sort()) {
  manifest[name] = { bytes: files[name].length, integrity: integrity(files[name]) };
}
const define = { BUNDLES: JSON.stringify(bundles) };
files["loader.js"] = await bundle("loader/loader.ts", { define });
files["manifest.json"] = Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`);

mkdirSync(target, { recursive: true });
for (const name of readdirSync(target)) {
  if (name.endsWith(".js") || name === "manifest.json") rmSync(join(target, name));
}
for (const [name, bytes] of Object.entries(files)) writeFileSync(join(target, name), bytes);
