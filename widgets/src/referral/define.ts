import { Referral } from "./referral.ts";

customElements.define("stammkunde-referral", Referral);
