// Making nodes: text is always a text node and links lead to web pages only, so that no answer of a
// server can ever become markup or script.

export type Child = Node | string | false | null | undefined;

/** An element with its children; `name` is its class for our styles and its ::part for the shop's. */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  name = "",
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const node = document.createElement(tag);
  if (name) {
    node.className = name;
    node.setAttribute("part", name);
  }
  node.append(...there(children));
  return node;
}

export const there = (children: Child[]): (Node | string)[] =>
  children.filter((child): child is Node | string => !!child);

export function set<N extends Element>(node: N, attributes: Record<string, unknown>): N {
  for (const name in attributes) node.setAttribute(name, `${attributes[name]}`);
  return node;
}

/** The address if it is a web page's, else "": a `javascript:` link runs in the shop's page. */
export function webAddress(text: unknown): string {
  try {
    const { href } = new URL(`${text}`, location.href);
    return text && /^https?:/.test(href) ? href : "";
  } catch {
    return "";
  }
}

export function button(name: string, label: string, press: () => void): HTMLButtonElement {
  const node = el("button", name, label);
  node.type = "button";
  node.onclick = press;
  return node;
}

/** Say on the button whether what it controls is open. */
export function disclose(node: Element, controls: string, open: boolean): void {
  set(node, { "aria-expanded": open, "aria-controls": controls });
}
