// The one `Page` of this page, made of what the loader hands on with each script that it loads.

import type { Config } from "./api.ts";
import { Page } from "./page.ts";

/** Which shop, in which language, who says who is logged in; as the tag and its address say it. */
export interface Handed {
  /** The folder of the shop's answers, with a slash at its end. */
  api: string;
  config: Config | null;
  lang: string;
  /** The shop's address that says who is logged in. */
  identity?: string;
  /** How it is asked; GET where nothing is said. */
  method?: string;
  /** The shop's address that says whose an order is. */
  order?: string;
  /** The name of a cookie that the shop keeps for whoever is logged in, and for nobody else. */
  known?: string;
  /** The name of a variable of the page that is 0 or false while nobody is logged in. */
  login?: string;
  /** The shop's address that a code is sent to as a form. */
  apply?: string;
  /** The shop's address that says what lies in the cart. */
  cart?: string;
}

export const page = new Page((document.currentScript as unknown as { stammkunde: Handed }).stammkunde);
