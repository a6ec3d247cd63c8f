import { Balance } from "./balance.ts";

customElements.define("stammkunde-balance", Balance);
