// The one `Page` of this page. The loader hands its own attributes on to this script, and with
// them everything there is to know: which shop, who says who is logged in, which language.

import { Page } from "./page.ts";

const own = document.currentScript as HTMLScriptElement;
const { shop = "", identity, lang } = own.dataset;
const language = (lang || document.documentElement.lang).slice(0, 2).toLowerCase();

export const page = new Page(
  new URL(`../v1/${encodeURIComponent(shop)}`, own.src).href,
  identity,
  encodeURIComponent(language),
);
