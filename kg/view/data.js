// The data of the page, as they stand in it or unpacked where they travel compressed.

/** Returns the data that an element holds. */
export async function readData(element) {
  if (element.dataset.packed !== "gzip") return JSON.parse(element.textContent);
  const bytes = Uint8Array.from(atob(element.textContent.trim()), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return JSON.parse(await new Response(stream).text());
}
