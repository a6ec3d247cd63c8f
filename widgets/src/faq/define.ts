import { Faq } from "./faq.ts";

customElements.define("stammkunde-faq", Faq);
