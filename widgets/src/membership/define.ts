import { Membership } from "./membership.ts";
import { Warnings } from "./warnings.ts";

customElements.define("stammkunde-warnings", Warnings);
customElements.define("stammkunde-membership", Membership);
