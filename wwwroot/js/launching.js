// Follows a launch and goes on when there is something to see. It asks the portal, never the app: asking the app starts it.
const progress = document.getElementById('progress');
const [step, steps, elapsed, log] = ['[data-step]', '[data-state]', '[data-elapsed]', '[data-log]']
  .map(selector => progress.querySelector(selector));
const interval = 700;
let leaving = false;

document.addEventListener('submit', () => { leaving = true; });

function show(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

async function follow() {
  try {
    const response = await fetch(progress.dataset.poll, { headers: { Accept: 'application/json' }, cache: 'no-store' });
    if (leaving) return;
    if (response.status === 403 || response.status === 404) return location.replace('/');
    if (response.ok) {
      const now = await response.json();
      if (leaving) return;
      show(step, now.step);
      steps.dataset.state = now.state;
      show(elapsed, now.elapsed);
      show(log, now.log);
      log.hidden = now.log === '';
      if (now.next) return location.replace(now.next);
    }
  } catch {
    // The portal is away for a moment, perhaps for an upgrade: ask again.
  }
  setTimeout(follow, interval);
}

setTimeout(follow, interval);
