// Follows a launch and goes on when there is something to see. It asks the portal, never the app: asking the app starts it.
// The page is at the app's own address, so that to go on is to load it again: however long it is, and with its fragment.
const progress = document.getElementById('progress');
const interval = 700;
let leaving = false;

// The server never sees a fragment: it goes with the form, and on with the language.
document.addEventListener('submit', event => {
  leaving = true;
  const target = event.target.elements.namedItem('Target');
  if (target && !target.value.includes('#')) target.value += location.hash;
});
for (const link of document.querySelectorAll('.languages a')) link.hash = location.hash;

function show(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function part(name) {
  return progress.querySelector(`[data-${name}]`);
}

/** What is wrong with the request itself is so the next time too; but for the few that say come again. */
const staysWrong = status => status >= 400 && status < 500 && ![408, 425, 429].includes(status);

function giveUp() {
  const lost = part('lost');
  lost.textContent = lost.dataset.lost;
  lost.hidden = false;
  progress.querySelector('.track').hidden = true;
}

async function follow() {
  try {
    const response = await fetch(progress.dataset.poll, { headers: { Accept: 'application/json' }, cache: 'no-store' });
    if (leaving) return;
    if (response.status === 403 || response.status === 404) return location.replace('/');
    if (staysWrong(response.status)) return giveUp();
    if (response.ok) {
      const now = await response.json();
      if (leaving) return;
      show(part('step'), now.step);
      part('state').dataset.state = now.state;
      show(part('elapsed'), now.elapsed);
      show(part('log'), now.log);
      part('log').hidden = now.log === '';
      if (now.next === 'App') return location.reload();
      if (now.next === 'Home') return location.replace('/');
    }
  } catch {
    // The portal is away for a moment, perhaps for an upgrade: ask again.
  }
  setTimeout(follow, interval);
}

if (progress) setTimeout(follow, interval);
