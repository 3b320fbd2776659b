// What was pressed says that it works, until the next page comes. Links and buttons name the words in data-busy.
const pressed = new Map();

function setBusy(element) {
  if (pressed.has(element)) return;
  pressed.set(element, [...element.childNodes]);
  element.setAttribute('aria-busy', 'true');
  element.replaceChildren(element.dataset.busy);
}

document.addEventListener('click', event => {
  const link = event.target.closest('a[data-busy]');
  const elsewhere = event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
  if (!link || elsewhere || event.defaultPrevented) return;
  if (pressed.has(link)) event.preventDefault();
  else setBusy(link);
});

document.addEventListener('submit', event => {
  const button = event.submitter;
  if (!button?.dataset.busy) return;
  if (pressed.has(button)) event.preventDefault();
  else setBusy(button);
});

// Back from the next page: nothing is under way any more.
addEventListener('pageshow', () => {
  for (const [element, nodes] of pressed) {
    element.removeAttribute('aria-busy');
    element.replaceChildren(...nodes);
  }
  pressed.clear();
});
