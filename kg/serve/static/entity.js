// The list of what is on a long page: it closes when one has chosen from it, with Escape, and when one turns elsewhere.

const contents = document.querySelector("details.contents");

contents?.addEventListener("click", (event) => {
  if (event.target.closest("a")) contents.open = false;
});
contents?.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !contents.open) return;
  contents.open = false;
  contents.querySelector("summary").focus();
});
document.addEventListener("click", (event) => {
  if (contents?.open && !contents.contains(event.target)) contents.open = false;
});
