// The script a shop pastes: finds our elements, also those that come later, and loads what they
// need and nothing else. It sets nothing, asks nothing and never throws into the shop's page.

import type { Config } from "../api.ts";
import type { Handed } from "../here.ts";

/** Bundle name to the hash of its file, in base64; its beginning names the file. Written by build.mjs. */
declare const BUNDLES: Record<string, string>;
/** What `config` says in the language the tag asks for. Written by the connector as it serves this script. */
declare const CONFIG: Config | null;
const given = CONFIG;

interface Policy {
  createScriptURL(url: string): string;
}
interface Factory {
  createPolicy(name: string, rules: Policy): Policy;
}

const own = document.currentScript as HTMLScriptElement;
/** What every other bundle builds on, and the three widgets of an account. */
const CORE = "core";
const IN_CORE = ["balance", "faq", "referral"];

function start(): void {
  const address = new URL(own.src);
  const files = new URL("../../w/", address).href;
  const asked = address.searchParams.get("lang");
  const lang = (asked || document.documentElement.lang).slice(0, 2).toLowerCase();
  // A tag that asks for no language gets the programme's first, which may not be this page's.
  const config = asked || given?.lang === lang ? given : null;
  const stammkunde: Handed = { ...own.dataset, api: new URL(".", address).href, config, lang };
  // Only addresses made below ever reach this policy: our own folder, names from the build.
  const rules: Policy = { createScriptURL: (url) => url };
  const { trustedTypes } = window as { trustedTypes?: Factory };
  const policy = trustedTypes?.createPolicy("stammkunde", rules) ?? rules;
  const missing = new Set([...IN_CORE, ...Object.keys(BUNDLES)]);

  function load(name: string): void {
    const hash = BUNDLES[name];
    if (!hash || !missing.delete(name)) return;
    const file = `${name}-${hash.slice(0, 10).replace(/\W/g, "0")}.js`;
    const script = document.createElement("script");
    Object.assign(script, {
      async: false, // in order: the core first, although all are fetched at once
      crossOrigin: "anonymous",
      integrity: `sha256-${hash}=`,
      nonce: own.nonce,
      src: policy.createScriptURL(files + file),
      stammkunde,
    });
    document.head.append(script);
  }

  function look(): void {
    for (const name of missing) {
      if (!document.getElementsByTagName(`stammkunde-${name}`).length) continue;
      load(CORE);
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
