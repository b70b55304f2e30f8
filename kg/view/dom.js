// Elements from names and values. Text is always set as text, never parsed as markup.

const SVG = "http://www.w3.org/2000/svg";

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(
    ...children.flat(3).filter((child) => child !== null && child !== undefined && child !== false),
  );
  return element;
}

/** Returns an HTML element; `on…` attributes are listeners, children are elements or text. */
export function h(name, attributes, ...children) {
  return fill(document.createElement(name), attributes, children);
}

/** Returns an SVG element. */
export function s(name, attributes, ...children) {
  return fill(document.createElementNS(SVG, name), attributes, children);
}

/** Returns the address as the browser reads it if following it is safe (http, https), else ''. */
export function safeAddress(text) {
  try {
    const address = new URL(text);
    return address.protocol === "https:" || address.protocol === "http:" ? address.href : "";
  } catch {
    return "";
  }
}

/** Returns a link, or the bare text where the address is not safe to follow. */
export function link(address, text) {
  const safe = safeAddress(address);
  if (!safe) return h("span", null, text);
  return h("a", { href: safe, target: "_blank", rel: "noopener noreferrer" }, text);
}

/** Returns text that keeps its own direction, so that a name written right to left turns nothing around it. */
export function isolate(text) {
  return h("bdi", null, text);
}

/** Hands the user a file made here. */
export function download(name, blob) {
  const anchor = h("a", { href: URL.createObjectURL(blob), download: name });
  document.body.append(anchor);
  anchor.click();
  anchor.remove();
  setTimeout(() => URL.revokeObjectURL(anchor.href), 10_000);
}
