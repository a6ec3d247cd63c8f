import { Placed } from "./order.ts";

customElements.define("stammkunde-order", Placed);
