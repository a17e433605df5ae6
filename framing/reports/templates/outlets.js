(() => {
  "use strict";
  const root = document.getElementById("columns");
  const form = document.getElementById("filters");
  const shown = document.getElementById("shown");
  const { items, pieces, visible, draw } = marksOf(root, document.querySelectorAll(".notes > .note"));

  const close = cardOver(root, {
    visible,
    pieces: (key) => items.get(key).pieces.map((piece) => piece.element),
    about: (key) => [...items.get(key).note.children].map((child) => child.cloneNode(true)),
  });

  function apply() {
    const which = form.elements.which.value;
    const layers = new Set([...form.querySelectorAll("input[name=layer]:checked")].map((box) => box.value));
    let count = 0;
    let all = 0;
    for (const item of items.values()) {
      item.on = which === "all" ? layers.has(item.layer) : item.state === which;
      item.note.hidden = !item.on;
      if (item.layer !== "statement") continue;
      all += 1;
      count += item.on;
    }
    for (const box of form.querySelectorAll("input[name=layer]")) box.disabled = which !== "all";
    pieces.forEach(draw);
    shown.textContent = `${count} of ${all} statements marked`;
    close();
  }
  form.addEventListener("change", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  apply();
})();
