// The one file that every page with a widget loads: the page's answers, the base class, the tools, and the
// three widgets of an account.

import { Balance } from "./balance/balance.ts";
import { Faq } from "./faq/faq.ts";
import { Referral } from "./referral/referral.ts";
import * as shared from "./shared.ts";

Object.assign(window, { stammkunde: { ...shared } });
for (const [name, widget] of Object.entries({ balance: Balance, faq: Faq, referral: Referral }))
  customElements.define(`stammkunde-${name}`, widget);
