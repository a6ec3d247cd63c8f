import { Ask } from "./ask.ts";

customElements.define("stammkunde-ask", Ask);
