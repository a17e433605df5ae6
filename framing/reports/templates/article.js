(() => {
  "use strict";
  const article = document.getElementById("text");
  const form = document.getElementById("filters");
  const shown = document.getElementById("shown");
  const { items, pieces, visible, draw } = marksOf(article, document.querySelectorAll("#notes > .note"));

  // --- Filters ---------------------------------------------------------------------------------------

  const ticked = (name) => new Set([...form.querySelectorAll(`input[name=${name}]:checked`)].map((box) => box.value));

  function apply() {
    const speakers = ticked("speaker");
    const frames = ticked("frame");
    const layers = ticked("layer");
    const voice = form.elements.voice.value;
    const count = { statement: [0, 0], claim: [0, 0], evidence: [0, 0] };
    for (const item of items.values()) {
      item.on =
        layers.has(item.layer) &&
        speakers.has(item.voice) &&
        (item.frame === undefined || frames.has(item.frame)) &&
        (voice === "all" || item.outlet === (voice === "outlet"));
      item.note.hidden = !item.on;
      count[item.layer][0] += item.on;
      count[item.layer][1] += 1;
    }
    pieces.forEach(draw);
    const told = (name, layer) => `${count[layer][0]} of ${count[layer][1]} ${name}`;
    shown.textContent = `${told("statements", "statement")}, ${told("claims", "claim")}, ${told("frame passages", "evidence")}`;
    close();
    bars();
  }

  form.addEventListener("change", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("click", (event) => {
    const { all, none } = event.target.dataset;
    if (!all && !none) return;
    for (const box of form.querySelectorAll(`input[name=${all || none}]`)) box.checked = Boolean(all);
    apply();
  });

  // --- Bars in the margin: over which lines a frame's evidence runs -----------------------------------

  let drawn = [];
  function bars() {
    for (const { element } of drawn) element.remove();
    drawn = [];
    const boxes = [];
    for (const item of items.values()) {
      if (!item.on || item.layer !== "evidence") continue;
      const byParagraph = new Map();
      for (const { element, margin } of item.pieces) {
        if (margin) continue;
        const paragraph = element.closest("p, h1");
        const frame = paragraph.getBoundingClientRect();
        for (const line of element.getClientRects()) {
          const box = byParagraph.get(paragraph) || { item, paragraph, top: Infinity, bottom: -Infinity };
          box.top = Math.min(box.top, line.top - frame.top);
          box.bottom = Math.max(box.bottom, line.bottom - frame.top);
          byParagraph.set(paragraph, box);
        }
      }
      boxes.push(...byParagraph.values());
    }
    for (const box of boxes) {
      const beside = drawn.filter((other) => other.paragraph === box.paragraph && other.top < box.bottom && box.top < other.bottom);
      const taken = new Set(beside.map((other) => other.lane));
      box.lane = 0;
      while (taken.has(box.lane)) box.lane += 1;
      const element = document.createElement("span");
      element.className = "bar";
      element.style.left = `${-10 - 5 * box.lane}px`;
      element.style.top = `${box.top + 2}px`;
      element.style.height = `${Math.max(box.bottom - box.top - 4, 4)}px`;
      drawn.push({ ...box, element });
    }
    for (const { paragraph, element } of drawn) paragraph.append(element);
    labels();
  }

  // Each label goes to the first line of its passage, or below the label before it. All is read before anything
  // is moved: the browser lays the page out once.
  function labels() {
    const margins = [...article.querySelectorAll(".margin")];
    for (const margin of margins) margin.classList.remove("placed");
    if (!margins.length || getComputedStyle(margins[0]).position !== "absolute") return;
    const tops = new Map();
    for (const { item, top } of drawn) if (!tops.has(item)) tops.set(item, top + 3);
    const moves = [];
    for (const margin of margins) {
      let free = 0;
      for (const label of margin.children) {
        if (label.hidden) continue;
        const top = Math.max(tops.get(items.get(label.dataset.m)) ?? 0, free);
        moves.push([label, top]);
        free = top + label.offsetHeight + 4;
      }
    }
    for (const [label, top] of moves) label.style.top = `${top}px`;
    for (const margin of margins) margin.classList.add("placed");
  }

  // --- The card --------------------------------------------------------------------------------------

  const close = cardOver(article, {
    visible,
    pieces: (key) => {
      const item = items.get(key);
      const beside = drawn.filter((bar) => bar.item === item).map((bar) => bar.element);
      return [...item.pieces.map((piece) => piece.element), ...beside];
    },
    about: (key) => [...items.get(key).note.children].map((child) => child.cloneNode(true)),
  });

  if (innerWidth <= 960) document.getElementById("controls").open = false;
  apply();
  let width = article.offsetWidth;
  new ResizeObserver(() => {
    if (article.offsetWidth === width) return;
    width = article.offsetWidth;
    bars();
  }).observe(article);
})();
