// Short messages: always for those who listen, for a while in sight where nothing else shows that something was done.

/** Milliseconds for which a short message is seen. */
const SEEN_FOR = 3500;

/** Returns `announce(text, seen)` for an element that is a status. */
export function createLive(element) {
  let timer = 0;
  return (text, seen = false) => {
    element.textContent = text;
    element.className = seen ? "toast" : "unseen";
    clearTimeout(timer);
    if (seen) timer = setTimeout(() => element.classList.replace("toast", "unseen"), SEEN_FOR);
  };
}
