// What is marked under `root`: items, from the list elements `notes`, and the pieces of text that hold them. `draw` shows
// a piece as those of its items say that are on.
const marksOf = (root, notes) => {
  const keys = (text) => (text ? text.split(" ") : []);
  const items = new Map();
  for (const note of notes) {
    const { layer, voice, outlet, colour, tag, frame, state } = note.dataset;
    items.set(note.id.slice(1), { note, layer, voice, outlet: outlet === "1", colour, tag, frame, state, pieces: [], on: true });
  }
  const pieces = [];
  for (const element of root.querySelectorAll("[data-m]")) {
    const piece = {
      element,
      marks: keys(element.dataset.m),
      begins: keys(element.dataset.b),
      margin: element.classList.contains("fm"),
    };
    pieces.push(piece);
    for (const key of piece.marks) items.get(key).pieces.push(piece);
  }
  const visible = (list) => list.filter((key) => items.get(key).on);

  function draw(piece) {
    const { element } = piece;
    const held = visible(piece.marks).map((key) => items.get(key));
    if (piece.margin) {
      element.hidden = !held.length;
      return;
    }
    const said = held.filter((item) => item.layer === "statement");
    const claims = held.filter((item) => item.layer === "claim");
    const names = [];
    if (said.length) names.push(`t${said.at(-1).colour}`);
    if (said.length > 1) names.push(`o${said.at(-2).colour}`);
    if (claims.length) names.push(claims.at(-1).outlet ? "own" : "claim");
    if (held.some((item) => item.layer === "evidence")) names.push("ev");
    element.className = names.join(" ");
    if (element.localName !== "a") return;
    const begun = visible(piece.begins);
    if (begun.length) element.href = `#n${begun.at(-1)}`;
    else element.removeAttribute("href");
    element.setAttribute("aria-describedby", begun.map((key) => `n${key}`).join(" "));
    const tags = begun.map((key) => items.get(key)).filter((item) => item.layer === "statement");
    if (tags.some((item) => item.tag)) element.dataset.tag = tags.map((item) => item.tag).join("·");
    else delete element.dataset.tag;
  }

  return { items, pieces, visible, draw };
};
