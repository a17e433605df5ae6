// A card about the marked passage that is pointed at, focused or tapped. `root` holds elements with data-m, the keys
// of what is marked there; `visible(keys)` leaves out what is filtered away, `pieces(key)` are the elements of one,
// `about(key)` is what the card shows of it.
const cardOver = (root, { visible, pieces, about }) => {
  const card = document.getElementById("card");
  const body = document.getElementById("card-body");
  let hot = [];
  let pinned = false;
  let timer = 0;

  const marks = (element) => visible(element.dataset.m.split(" "));

  function heat(keys) {
    for (const element of hot) element.classList.remove("hot");
    hot = keys.flatMap(pieces);
    for (const element of hot) element.classList.add("hot");
  }

  function close() {
    clearTimeout(timer);
    pinned = false;
    card.hidden = true;
    heat([]);
  }

  function place(element, at) {
    const lines = [...element.getClientRects()];
    const line = (at && lines.find((box) => at.y >= box.top - 2 && at.y <= box.bottom + 2)) || lines[0];
    const { width, height } = card.getBoundingClientRect();
    const below = line.bottom + 8 + height <= innerHeight || line.top - 8 - height < 0;
    const left = Math.max(8, Math.min((at ? at.x : line.left) - 24, document.documentElement.clientWidth - width - 8));
    card.style.left = `${left + scrollX}px`;
    card.style.top = `${(below ? line.bottom + 8 : line.top - 8 - height) + scrollY}px`;
  }

  function open(element, at) {
    const keys = marks(element);
    if (!keys.length) {
      close();
      return;
    }
    clearTimeout(timer);
    heat(keys);
    body.replaceChildren(
      ...keys.reverse().map((key) => {
        const one = document.createElement("div");
        one.className = "one";
        one.append(...about(key));
        return one;
      }),
    );
    card.classList.toggle("sheetlike", innerWidth <= 960);
    card.hidden = false;
    place(element, at);
  }

  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(() => pinned || close(), 180);
  };
  const markedAt = (target) => (target.closest && root.contains(target) ? target.closest("[data-m]") : null);

  root.addEventListener("pointerover", (event) => {
    if (pinned || event.pointerType === "touch") return;
    const element = markedAt(event.target);
    if (element) open(element, { x: event.clientX, y: event.clientY });
    else if (!card.hidden) later();
  });
  root.addEventListener("pointerleave", () => pinned || card.hidden || later());
  card.addEventListener("pointerenter", () => clearTimeout(timer));
  card.addEventListener("pointerleave", () => pinned || later());
  root.addEventListener("focusin", (event) => {
    const element = markedAt(event.target);
    if (element && event.target.matches(":focus-visible")) open(element);
  });
  root.addEventListener("focusout", () => pinned || close());
  document.addEventListener("click", (event) => {
    const element = markedAt(event.target);
    if (element && String(getSelection()) === "") {
      event.preventDefault();
      open(element, event.detail ? { x: event.clientX, y: event.clientY } : undefined);
      pinned = !card.hidden;
    } else if (!card.contains(event.target) && !card.hidden) close();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
  });
  return close;
};
