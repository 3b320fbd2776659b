// In an app's page: says before the portal stops an app that nobody uses, lets the person keep it, and says afterwards why
// it is gone. It asks the portal, never the app; to ask is no use of the app.
(() => {
  'use strict';
  if (window !== window.top) return;

  const told = document.currentScript.dataset;
  const notice = place();
  const before = Number(told.before) * 1000; // how many ms before the stop the notice is due
  // From one question to the next, in ms: at least, at most, while the notice is shown, while the app does not run.
  const [shortest, longest, noticed, stopped] = [1_000, 300_000, 10_000, 30_000];
  let timer, ticking, endsAt, turn = 0, failures = 0, isKeeping = false;

  async function ask() {
    clearTimeout(timer);
    const mine = ++turn;
    let pause;
    try {
      const status = await answer();
      if (mine !== turn) return;
      failures = 0;
      isKeeping = false;
      pause = follow(status);
    } catch {
      // The portal is away, or lets this client in no more: nothing that the app's page has to tell.
      if (mine !== turn) return;
      pause = shortest * 2 ** Math.min(++failures, 10);
    }
    // Never long, as a machine that sleeps has no sense of time.
    timer = setTimeout(ask, Math.min(Math.max(pause, shortest), longest));
  }

  async function answer() {
    const response = await fetch(told.ask, {
      method: isKeeping ? 'POST' : 'GET',
      headers: { Accept: 'application/json', 'X-Portal-Keep': '1' },
      cache: 'no-store',
      signal: AbortSignal.timeout(noticed),
    });
    if (response.ok) return response.json();
    isKeeping = false;
    throw new Error(response.statusText);
  }

  /** Shows what there is to say; returns in how many ms to ask again. */
  function follow({ runs, stopsIn, wasStopped }) {
    // While a request is under way its end is not known; the notice is due half the idle time after that, or later.
    const left = stopsIn === null ? 2 * before : stopsIn * 1000;
    if (runs && left <= before) {
      endsAt = performance.now() + left;
      notice.show(told.soon, told.keep, keep);
      count();
      ticking ??= setInterval(count, 1000);
      return Math.min(left, noticed);
    }

    // Why an app is gone may be forgotten before it is read: the notice of that stands until the app runs again.
    if (wasStopped) notice.show(told.stopped, told.start, () => location.reload());
    else if (runs || ticking) notice.hide();
    clearInterval(ticking);
    ticking = undefined;
    return runs ? left - before : stopped;
  }

  function keep() {
    isKeeping = true;
    ask();
  }

  function count() {
    const seconds = Math.ceil(Math.max(0, endsAt - performance.now()) / 1000);
    notice.count(`${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`);
  }

  /** In a shadow tree, so that the styles of app and portal do not meet. Nothing here takes the focus from what is typed. */
  function place() {
    const host = document.createElement('portal-notice');
    const shadow = host.attachShadow({ mode: 'open' });
    const style = make('link', { rel: 'stylesheet', href: told.style });
    const bar = make('section', { class: 'idle', lang: told.language, 'aria-label': told.label, hidden: '' });
    const text = make('p', { class: 'idle-text' });
    const left = make('span', { class: 'idle-left', role: 'timer', 'aria-live': 'off' });
    const button = make('button', { class: 'primary', type: 'button' });
    const live = make('div', { role: 'status' }); // there before it speaks, or it would not be heard
    let cameFrom, isWanted = false;

    bar.append(text, left, button);
    live.append(bar);
    shadow.append(style, live);
    document.body.append(host);
    bar.addEventListener('focusin', event => { cameFrom = event.relatedTarget ?? cameFrom; });
    style.addEventListener('load', appear);

    function appear() {
      bar.hidden = !(isWanted && style.sheet);
    }

    return {
      show(words, label, action) {
        isWanted = true;
        write(text, words);
        write(button, label);
        button.removeAttribute('aria-busy');
        button.onclick = () => {
          button.setAttribute('aria-busy', 'true');
          action();
        };
        left.hidden = true;
        appear();
      },
      count(time) {
        left.hidden = false;
        write(left, time);
      },
      hide() {
        isWanted = false;
        if (shadow.activeElement) cameFrom?.focus({ preventScroll: true });
        appear();
      },
    };
  }

  function make(name, attributes) {
    const element = document.createElement(name);
    for (const [attribute, value] of Object.entries(attributes)) element.setAttribute(attribute, value);
    return element;
  }

  function write(element, words) {
    if (element.textContent !== words) element.textContent = words;
  }

  document.addEventListener('visibilitychange', () => { if (!document.hidden) ask(); });
  ask();
})();
