// Keeps the table of what runs true. Only cells that differ are put in anew, so that a reader, the focus and an open question
// stay where they are.
import { follow } from './live.js';

const place = document.getElementById('running');
const [empty, scroll] = place.children;
const body = scroll.querySelector('tbody');
const waiting = new Map();
let order = [...body.rows].map(row => row.id);

const isAsking = row => row.querySelector(':popover-open') !== null;
const nameOf = element => ['popovertarget', 'formaction', 'href'].map(name => element.getAttribute(name)).join(' ');

function parse(html) {
  const template = document.createElement('template');
  template.innerHTML = html.trim();
  return template.content.firstElementChild;
}

function refresh(row, fresh) {
  [...row.cells].forEach((cell, index) => {
    const other = fresh.cells[index];
    if (cell.innerHTML === other.innerHTML) return;
    const held = cell.contains(document.activeElement) ? nameOf(document.activeElement) : null;
    cell.replaceChildren(...other.childNodes);
    if (held === null) return;
    const choices = [...cell.querySelectorAll('a, button')];
    (choices.find(one => nameOf(one) === held) ?? choices[0])?.focus({ preventScroll: true });
  });
}

function settle() {
  for (const row of [...body.rows]) {
    if (order.includes(row.id) || isAsking(row)) continue;
    if (row.contains(document.activeElement)) document.getElementById('main').focus({ preventScroll: true });
    row.remove();
  }

  let before = null;
  for (const id of order) {
    let row = document.getElementById(id);
    if (waiting.has(id) && !(row && isAsking(row))) {
      const fresh = parse(waiting.get(id));
      waiting.delete(id);
      if (row) refresh(row, fresh);
      else if (before) before.after(row = fresh);
      else body.prepend(row = fresh);
    }
    before = row ?? before;
  }

  scroll.hidden = body.rows.length === 0;
  empty.hidden = !scroll.hidden;
}

// What was held back while a question was open.
body.addEventListener('toggle', settle, true);

follow(() => place.dataset.feed, change => {
  order = change.order;
  for (const [id, html] of Object.entries(change.rows)) waiting.set(id, html);
  for (const id of waiting.keys()) if (!order.includes(id)) waiting.delete(id);
  settle();
});
