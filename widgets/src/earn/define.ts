import { Earn } from "./earn.ts";

customElements.define("stammkunde-earn", Earn);
