// Keeps the cards of the home page true while somebody looks. To ask launches nothing and is no use of an app.
const cards = document.getElementById('cards');
const interval = 3000;
let timer;

const nameOf = element => ['popovertarget', 'formaction', 'href'].map(name => element.getAttribute(name)).join(' ');

/** A question that is open, or a button that was pressed, is not taken from under the reader's hand. */
const isInUse = () => cards.querySelector(':popover-open, [aria-busy]') !== null;

function show(html) {
  const template = document.createElement('template');
  template.innerHTML = html;
  if (template.innerHTML.trim() === cards.innerHTML.trim() || isInUse()) return;
  const held = cards.contains(document.activeElement) ? document.activeElement : null;
  const card = held?.closest('article')?.getAttribute('aria-labelledby');
  cards.replaceChildren(template.content);
  if (held === null) return;
  const choices = [...cards.querySelectorAll('a, button')];
  const others = choices.filter(one => card && one.closest('article').getAttribute('aria-labelledby') === card);
  (choices.find(one => nameOf(one) === nameOf(held)) ?? others[0] ?? document.getElementById('main')).focus({ preventScroll: true });
}

async function look() {
  clearTimeout(timer);
  if (document.hidden) return;
  try {
    const answer = await fetch(cards.dataset.poll, { headers: { Accept: 'text/html' }, cache: 'no-store', redirect: 'manual' });
    if (answer.type === 'opaqueredirect') return location.reload(); // no access any more: the next page says so
    if (answer.status >= 400 && answer.status < 500) return;
    if (answer.ok) show(await answer.text());
  } catch {
    // The portal is away for a moment: ask again.
  }
  clearTimeout(timer);
  timer = setTimeout(look, interval);
}

document.addEventListener('visibilitychange', look);
timer = setTimeout(look, interval);
