// Sorts a table by a column at a click on its heading, and filters the rows of long ones by words and choices.
"use strict";

const valueOf = (cell) => ("value" in cell.dataset ? Number(cell.dataset.value) : cell.textContent.trim());
const isEmpty = (value) => value === "-" || value === "";

function compare(first, second) {
  if (isEmpty(first) || isEmpty(second)) return isEmpty(first) - isEmpty(second);
  if (typeof first === "number" && typeof second === "number") return first - second;
  return String(first).localeCompare(String(second), "en", { numeric: true });
}

function makeSortable(table) {
  const body = table.tBodies[0];
  const headings = [...table.tHead.rows[0].cells];
  headings.forEach((heading, place) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = heading.textContent;
    heading.replaceChildren(button);
    button.addEventListener("click", () => {
      const down = heading.getAttribute("aria-sort") === "ascending";
      headings.forEach((each) => each.removeAttribute("aria-sort"));
      heading.setAttribute("aria-sort", down ? "descending" : "ascending");
      const rows = [...body.rows].map((row) => [valueOf(row.cells[place]), row]);
      rows.sort(([first], [second]) =>
        down && !isEmpty(first) && !isEmpty(second) ? compare(second, first) : compare(first, second));
      body.append(...rows.map(([, row]) => row));
    });
  });
}

function makeFilterable(box, table) {
  const rows = [...table.tBodies[0].rows];
  const tools = document.createElement("div");
  tools.className = "tools";
  const words = document.createElement("input");
  words.type = "search";
  words.placeholder = "filter rows";
  words.setAttribute("aria-label", "show rows that hold these words");
  const shown = document.createElement("span");
  tools.append(words);
  const choices = [...table.tHead.rows[0].cells].flatMap((heading, place) => {
    if (!("choice" in heading.dataset)) return [];
    const select = document.createElement("select");
    const name = heading.textContent.trim();
    select.setAttribute("aria-label", name);
    select.append(new Option(`every ${name}`, ""));
    for (const text of new Set(rows.map((row) => row.cells[place].textContent.trim()))) select.append(new Option(text, text));
    tools.append(select);
    return [{ place, select }];
  });
  tools.append(shown);
  box.prepend(tools);
  const update = () => {
    const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const row of rows) {
      const text = row.textContent.toLowerCase();
      const visible = wanted.every((word) => text.includes(word)) &&
        choices.every(({ place, select }) => !select.value || row.cells[place].textContent.trim() === select.value);
      row.hidden = !visible;
      count += visible;
    }
    shown.textContent = `${count} of ${rows.length} rows`;
  };
  tools.addEventListener("input", update);
  update();
}

for (const box of document.querySelectorAll(".table")) {
  const table = box.querySelector("table");
  if ("long" in box.dataset) makeFilterable(box, table);
  makeSortable(table);
}
if (window.matchMedia("(max-width: 1099px)").matches) document.querySelector("nav details").open = false;
