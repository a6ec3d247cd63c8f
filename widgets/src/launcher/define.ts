import { Launcher } from "./launcher.ts";

customElements.define("stammkunde-launcher", Launcher);
