// Lets a version of PHP that Debian does not carry compile each file, as WebAssembly within Node. A file of the
// plugin leaves at once outside WordPress, so what PHP says is about the file alone.
//   node read.mjs 7-4 file.php …    prints its version, then one JSON line for each file that it complains about

import { readFileSync } from "node:fs";
import { PHP, loadPHPRuntime } from "@php-wasm/universal";

const [version, ...files] = process.argv.slice(2);
const { getPHPLoaderModule } = await import(`@php-wasm/node-${version}`);

async function said(code) {
  const php = new PHP(await loadPHPRuntime(await getPHPLoaderModule()));
  php.writeFile("/read.php", code);
  const read = "<?php error_reporting(E_ALL); ini_set('display_errors', '1'); require '/read.php';";
  const { text, errors } = await php.run({ code: read }).catch(({ message }) => ({ text: message, errors: "" }));
  php.exit();
  return (text + errors).trim();
}

console.log(await said("<?php echo PHP_VERSION;"));
for (const file of files) {
  const text = await said(readFileSync(file));
  if (text) console.log(JSON.stringify({ file, text }));
}
process.exit();
