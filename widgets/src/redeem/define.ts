import { Redeem } from "./redeem.ts";

customElements.define("stammkunde-redeem", Redeem);
