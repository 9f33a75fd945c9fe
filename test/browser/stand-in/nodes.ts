// LuCI's way of making elements, its trap included: children in an array are nodes or text, a bare string is HTML.

export function made(tag: string, attributes: Readonly<Record<string, string>>, content?: unknown): HTMLElement {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  append(node, content);
  return node;
}

export function append(node: Element, content: unknown): void {
  if (Array.isArray(content)) {
    for (const child of content)
      if (child !== null && child !== undefined) node.append(child instanceof Node ? child : String(child));
  } else if (content instanceof Node) {
    node.append(content);
  } else if (content !== null && content !== undefined) {
    node.innerHTML = String(content);
  }
}
