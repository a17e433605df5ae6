(() => {
  "use strict";
  const form = document.getElementById("filters");
  if (!form) return;
  const shown = document.getElementById("shown");
  const notes = new Map();
  for (const note of document.querySelectorAll(".notes > .note"))
    notes.set(note.id.slice(1), { note, section: note.dataset.section, alike: note.classList.contains("alike"), states: note.dataset.states.split(","), pieces: [], on: true });
  const marked = [...document.querySelectorAll(".side [data-m]")];
  for (const element of marked) for (const key of element.dataset.m.split(" ")) notes.get(key).pieces.push(element);

  const close = cardOver(document.getElementById("main"), {
    visible: (keys) => keys.filter((key) => notes.get(key).on),
    pieces: (key) => notes.get(key).pieces,
    about: (key) => [...notes.get(key).note.children].map((child) => child.cloneNode(true)),
  });

  const order = ["only", "differs", "same", "missing"];
  const signs = { only: "+", differs: "≠", missing: "−" };

  function draw(element) {
    const at = Number(element.closest(".side").dataset.at.split("-")[1]);
    const states = (keys) => (keys || "").split(" ").filter((key) => key && notes.get(key).on).map((key) => notes.get(key).states[at]);
    const held = states(element.dataset.m);
    element.className = order.find((state) => held.includes(state)) || "";
    if (element.localName !== "a") return;
    const begun = element.dataset.b.split(" ").filter((key) => notes.get(key).on);
    if (begun.length) element.href = `#n${begun.at(-1)}`;
    else element.removeAttribute("href");
    const told = [...new Set(states(element.dataset.b).map((state) => signs[state] || ""))].join("");
    if (told) element.dataset.sign = told;
    else delete element.dataset.sign;
  }

  function apply() {
    const only = form.elements.only.checked;
    const section = form.elements.section.value;
    let count = 0;
    let all = 0;
    for (const one of notes.values()) {
      all += section === "all" || one.section === section;
      one.on = (section === "all" || one.section === section) && !(only && one.alike);
      one.note.hidden = !one.on;
      count += one.on;
    }
    marked.forEach(draw);
    for (const paragraph of document.querySelectorAll(".para"))
      paragraph.hidden = only && ![...paragraph.querySelectorAll("[data-m]")].some((element) => element.className);
    document.body.classList.toggle("only-differences", only);
    shown.textContent = `${count} of ${all} ${section === "all" ? "pieces" : section}`;
    close();
  }
  form.addEventListener("change", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  apply();
})();
