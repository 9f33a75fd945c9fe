// Elements out of tags, attributes and children, and bringing a page up to date from a newly drawn one. Text is only ever a
// text node: an SSID or a station's name can hold no markup.

export type Child = Node | string | number | undefined | false;
export type Attributes = Readonly<Record<string, string | number | undefined | false>>;

const SVG = 'http://www.w3.org/2000/svg';

export function element(tag: string, attributes: Attributes, ...children: readonly Child[]): HTMLElement {
  return filled(document.createElement(tag), attributes, children);
}

export function svgElement(tag: string, attributes: Attributes, ...children: readonly Child[]): SVGElement {
  return filled(document.createElementNS(SVG, tag) as SVGElement, attributes, children);
}

function filled<Kind extends Element>(node: Kind, attributes: Attributes, children: readonly Child[]): Kind {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) node.setAttribute(name, String(value));
  }
  for (const child of children) {
    if (child === undefined || child === false) continue;
    node.append(typeof child === 'number' ? String(child) : child);
  }
  return node;
}

/**
 * Makes `shown` look like `drawn` with as few changes as that takes, so that focus, scrolling and what was typed stay.
 * Children with a `data-key` are found again by it.
 */
export function update(shown: Element, drawn: Element): void {
  updateAttributes(shown, drawn);
  const keyed = new Map<string, Element>();
  for (const child of Array.from(shown.children)) {
    const key = child.getAttribute('data-key');
    if (key !== null) keyed.set(key, child);
  }
  let place: ChildNode | null = shown.firstChild;
  for (const wanted of Array.from(drawn.childNodes)) {
    const found = keptChild(wanted, place, keyed);
    if (found === undefined) {
      shown.insertBefore(wanted, place);
      continue;
    }
    if (found !== place) shown.insertBefore(found, place);
    else place = place.nextSibling;
    if (found instanceof Element) update(found, wanted as Element);
    else if (found.nodeValue !== wanted.nodeValue) found.nodeValue = wanted.nodeValue;
  }
  while (place !== null) {
    const next: ChildNode | null = place.nextSibling;
    place.remove();
    place = next;
  }
}

function keptChild(wanted: ChildNode, place: ChildNode | null, keyed: Map<string, Element>): ChildNode | undefined {
  const key = wanted instanceof Element ? wanted.getAttribute('data-key') : null;
  if (key !== null) {
    const found = keyed.get(key);
    keyed.delete(key);
    return found?.nodeName === wanted.nodeName ? found : undefined;
  }
  if (place === null || place.nodeName !== wanted.nodeName) return undefined;
  return place instanceof Element && place.hasAttribute('data-key') ? undefined : place;
}

function updateAttributes(shown: Element, drawn: Element): void {
  for (const { name } of Array.from(shown.attributes)) {
    if (!drawn.hasAttribute(name)) shown.removeAttribute(name);
  }
  for (const { name, value } of Array.from(drawn.attributes)) {
    if (shown.getAttribute(name) !== value) shown.setAttribute(name, value);
  }
}
