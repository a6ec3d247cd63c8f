// The script a shop pastes: finds our elements, also those that come later, and loads what they
// need and nothing else. It sets nothing, asks nothing and never throws into the shop's page.

/** Widget name to the hash of its file, in base64; its beginning names the file. Written by build.mjs. */
declare const BUNDLES: Record<string, string>;

interface Policy {
  createScriptURL(url: string): string;
}
interface Factory {
  createPolicy(name: string, rules: Policy): Policy;
}

const own = document.currentScript as HTMLScriptElement;

function start(): void {
  const here = new URL(".", own.src).href;
  // Only addresses made below ever reach this policy: our own folder, names from the build.
  const rules: Policy = { createScriptURL: (url) => url };
  const { trustedTypes } = window as { trustedTypes?: Factory };
  const policy = trustedTypes?.createPolicy("stammkunde", rules) ?? rules;
  const missing = new Set(Object.keys(BUNDLES));

  function load(name: string): void {
    const hash = BUNDLES[name]!;
    const file = `${name}-${hash.slice(0, 10).replace(/\W/g, "0")}.js`;
    const script = document.createElement("script");
    Object.assign(script.dataset, own.dataset);
    Object.assign(script, {
      async: false, // in order: `shared` first, although all are fetched at once
      crossOrigin: "anonymous",
      integrity: `sha256-${hash}=`,
      nonce: own.nonce,
      src: policy.createScriptURL(here + file),
    });
    document.head.append(script);
  }

  function look(): void {
    for (const name of missing) {
      if (!document.getElementsByTagName(`stammkunde-${name}`).length) continue;
      if (missing.delete("shared")) load("shared");
      missing.delete(name);
      load(name);
    }
  }

  // A busy page changes often: look at most every tenth of a second.
  let waiting = 0;
  const observer = new MutationObserver(() => {
    waiting ||= setTimeout(() => {
      waiting = 0;
      look();
    }, 100);
  });
  observer.observe(document.documentElement, { childList: true, subtree: true });
  look();
}

function begin(): void {
  // A theme and a plugin may both paste the tag: the first one counts.
  const marks = window as unknown as Record<symbol, boolean>;
  const mark = Symbol.for("stammkunde");
  if (marks[mark]) return;
  marks[mark] = true;
  try {
    start();
  } catch {
    // Without us the shop is complete.
  }
}

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
else begin();
