// As much of a browser's document as the script of the report's page needs: elements of a tree that is given as JSON
// ({tag, attributes, children}, texts are strings), with the properties and methods that the script uses.
"use strict";

class Element {
  constructor(tag, attributes = {}, children = []) {
    this.tag = tag;
    this.attributes = { ...attributes };
    this.children = [];
    this.parent = null;
    this.listeners = {};
    this.hidden = false;
    this.open = "open" in attributes;
    this.value = attributes.value ?? "";
    this.dataset = Object.fromEntries(
      Object.entries(attributes).filter(([name]) => name.startsWith("data-")).map(([name, value]) => [name.slice(5), value ?? ""]));
    this.append(...children.map((child) => (typeof child === "string" ? child : elementOf(child))));
  }

  get textContent() { return this.children.map((child) => (typeof child === "string" ? child : child.textContent)).join(""); }
  set textContent(text) { this.replaceChildren(text); }
  get className() { return this.attributes.class ?? ""; }
  set className(name) { this.attributes.class = name; }
  get classes() { return this.className.split(/\s+/); }
  get tHead() { return this.querySelector("thead"); }
  get tBodies() { return this.all().filter((each) => each.tag === "tbody"); }
  get rows() { return this.children.filter((each) => each.tag === "tr"); }
  get cells() { return this.children.filter((each) => each.tag === "td" || each.tag === "th"); }

  place(children, at) {
    for (const child of children) if (child.parent) child.parent.remove(child);
    this.children.splice(at === "end" ? this.children.length : 0, 0, ...children);
    for (const child of children) if (typeof child !== "string") child.parent = this;
  }
  remove(child) { this.children = this.children.filter((each) => each !== child); }
  append(...children) { this.place(children, "end"); }
  prepend(...children) { this.place(children, "start"); }
  replaceChildren(...children) { this.children = []; this.append(...children); }

  setAttribute(name, value) { this.attributes[name] = String(value); }
  getAttribute(name) { return this.attributes[name] ?? null; }
  removeAttribute(name) { delete this.attributes[name]; }

  addEventListener(type, listener) { (this.listeners[type] ??= []).push(listener); }
  fire(type) {  // bubbles
    for (const listener of this.listeners[type] ?? []) listener({ type });
    if (this.parent) this.parent.fire(type);
  }

  all() { return this.children.flatMap((each) => (typeof each === "string" ? [] : [each, ...each.all()])); }
  matches(selector) { return selector.startsWith(".") ? this.classes.includes(selector.slice(1)) : this.tag === selector; }
  querySelectorAll(selector) {
    return selector.split(" ").reduce(
      (found, part) => [...new Set(found.flatMap((each) => each.all().filter((inside) => inside.matches(part))))], [this]);
  }
  querySelector(selector) { return this.querySelectorAll(selector)[0] ?? null; }
}

const elementOf = ({ tag, attributes, children }) => new Element(tag, attributes, children);

class Option extends Element {
  constructor(text, value) { super("option", { value }, [text]); }
}

let document, window;

function load(tree, width) {
  document = elementOf(tree);
  document.createElement = (tag) => new Element(tag);
  window = { matchMedia: (query) => ({ matches: width <= Number(query.match(/max-width: (\d+)px/)[1]) }) };
}

// What a reader does and sees, of the table of that number.
const box = (number) => document.querySelectorAll(".table")[number];
const headings = (number) => box(number).querySelectorAll("th");
const click = (number, name) => headings(number).find((each) => each.textContent === name).querySelector("button").fire("click");
const choices = (number) => box(number).querySelectorAll("select");
const seen = (number) => box(number).querySelector("tbody").rows.filter((row) => !row.hidden).map((row) => row.cells[0].textContent);
const sorted = (number) => headings(number).map((each) => each.getAttribute("aria-sort"));
const said = (number) => box(number).querySelector("span")?.textContent ?? null;
const options = (number, name) => choices(number).find((each) => each.getAttribute("aria-label") === name)
  .children.map((each) => [each.textContent, each.value]);
function type(number, words) {
  const field = box(number).querySelector("input");
  field.value = words;
  field.fire("input");
}
function choose(number, name, value) {
  const select = choices(number).find((each) => each.getAttribute("aria-label") === name);
  select.value = value;
  select.fire("input");
}
