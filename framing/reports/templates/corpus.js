// The list of articles: find, sort, and at first no more of them than one looks through.
(() => {
  "use strict";
  const form = document.getElementById("find");
  const table = document.getElementById("articles");
  const found = document.getElementById("found");
  const more = document.getElementById("more");
  const body = table.tBodies[0];
  const rows = [...body.rows].map((row) => ({ row, text: row.textContent.toLowerCase() }));
  const first = 100;
  let limit = first;

  function apply() {
    const words = form.elements.words.value.toLowerCase().split(/\s+/).filter(Boolean);
    let matching = 0;
    for (const { row, text } of rows) {
      const fits = words.every((word) => text.includes(word));
      row.hidden = !fits || matching >= limit;
      matching += fits;
    }
    const shown = Math.min(matching, limit);
    const all = matching.toLocaleString("en");
    found.textContent = shown < matching ? `${shown} of ${all} shown` : `${all} of ${rows.length.toLocaleString("en")}`;
    more.hidden = shown === matching;
  }

  const value = (row, at) => {
    const told = row.cells[at].textContent.trim();
    return row.cells[at].classList.contains("n") ? Number(told) : told.toLowerCase();
  };

  function sort(header, at) {
    const down = header.getAttribute("aria-sort") === "ascending";
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    header.setAttribute("aria-sort", down ? "descending" : "ascending");
    const keyed = rows.map((one) => ({ one, key: value(one.row, at) }));
    keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0) * (down ? -1 : 1));
    rows.splice(0, rows.length, ...keyed.map(({ one }) => one));
    body.append(...rows.map(({ row }) => row));
    apply();
  }

  [...table.tHead.rows[0].cells].forEach((header, at) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sort";
    button.append(...header.childNodes);
    header.append(button);
    button.addEventListener("click", () => sort(header, at));
  });
  form.hidden = false;
  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  more.addEventListener("click", () => {
    limit = Infinity;
    apply();
  });
  addEventListener("beforeprint", () => {
    limit = Infinity;
    apply();
  });
  apply();
})();
