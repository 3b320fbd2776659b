// In an app's page: a bar of the portal's above the app, with the way back, the announcements, and what there is to say
// about the app itself: that it is stopped soon because nobody uses it, or that it is gone, and why. It asks the portal,
// never the app; to ask is no use of the app.
(() => {
  'use strict';
  if (window !== window.top) return;

  const told = document.currentScript.dataset;
  const bar = place();
  const before = Number(told.before) * 1000; // how many ms before the stop the notice is due; 0 for never
  // From one question to the next, in ms: at least, at most, while the notice is shown.
  const [shortest, longest, noticed] = [1_000, 30_000, 10_000];
  let timer, cue, ticking, endsAt, turn = 0, failures = 0, isKeeping = false;

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
      // The portal is away: nothing that the app's page has to tell.
      if (mine !== turn) return;
      pause = shortest * 2 ** Math.min(++failures, 10);
    }
    // Never long, as a machine that sleeps has no sense of time.
    timer = setTimeout(ask, Math.min(Math.max(pause, shortest), longest));
  }

  async function answer() {
    const method = isKeeping ? 'POST' : 'GET';
    const response = await fetch(told.ask, {
      method,
      headers: { Accept: 'application/json', 'X-Portal-Keep': '1' },
      cache: 'no-store',
      signal: AbortSignal.timeout(noticed),
    });
    if (response.ok) return response.json();
    isKeeping = false;
    // Whoever is let in no more, or to this app no more, is told so by a page of the portal's.
    if (method === 'GET' && response.status === 403) location.replace(told.refused);
    if (method === 'GET' && response.status === 404) location.reload();
    throw new Error(response.statusText);
  }

  /** Shows what there is to say; returns in how many ms to ask again. */
  function follow({ runs, stopsIn, wasStopped, leave, notices }) {
    bar.announce(notices);
    if (leave) location.replace(leave);

    // While a request is under way its end is not known; the notice is due half the idle time after that, or later.
    const left = stopsIn === null ? 2 * before : stopsIn * 1000;
    if (before > 0 && runs && left <= before) {
      endsAt = performance.now() + left;
      bar.show(told.soon, told.keep, keep);
      count();
      ticking ??= setInterval(count, 1000);
      return Math.min(left, noticed);
    }

    // Why an app is gone may be forgotten before it is read: the notice of that stands until the app runs again.
    if (wasStopped) bar.show(told.stopped, told.start, () => location.reload());
    else if (runs || ticking) bar.hide();
    clearInterval(ticking);
    ticking = undefined;
    return runs && before > 0 ? left - before : longest;
  }

  function keep() {
    isKeeping = true;
    ask();
  }

  function count() {
    const seconds = Math.ceil(Math.max(0, endsAt - performance.now()) / 1000);
    bar.count(`${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`);
  }

  /** In a shadow tree, so that the styles of app and portal do not meet. Nothing here takes the focus from what is typed. */
  function place() {
    const host = document.createElement('portal-notice');
    const shadow = host.attachShadow({ mode: 'open' });
    const style = make('link', { rel: 'stylesheet', href: told.style });
    const whole = make('aside', { class: 'app-bar', lang: told.language, 'aria-label': told.label, hidden: '' });
    const home = make('a', { class: 'app-home', href: told.portal });
    const live = make('div', { class: 'app-notices', role: 'status' }); // there before it speaks, or it would not be heard
    const list = make('ul', { class: 'app-announcements' });
    const notice = make('section', { class: 'app-notice', 'aria-label': told.label, hidden: '' });
    const text = make('p', { class: 'app-text' });
    const left = make('span', { class: 'app-left', role: 'timer', 'aria-live': 'off' });
    const button = make('button', { class: 'primary', type: 'button' });
    let cameFrom;

    write(home, told.home);
    notice.append(text, left, button);
    live.append(list, notice);
    whole.append(home, live);
    shadow.append(style, whole);
    document.body.prepend(host);
    whole.addEventListener('focusin', ({ relatedTarget: from }) => { if (from && !shadow.contains(from)) cameFrom = from; });
    // Without its style the bar would be unreadable: then there is none.
    style.addEventListener('load', () => {
      whole.hidden = !style.sheet;
      new ResizeObserver(() => makeRoom(whole.offsetHeight)).observe(whole);
    });

    return {
      announce(notices) {
        const said = JSON.stringify(notices);
        if (list.dataset.said === said) return;
        list.dataset.said = said;
        list.replaceChildren(...notices.map(one => {
          const line = make('li', { 'data-level': one.level });
          write(line, one.text);
          return line;
        }));
      },
      show(words, label, action) {
        write(text, words);
        write(button, label);
        button.removeAttribute('aria-busy');
        button.onclick = () => {
          button.setAttribute('aria-busy', 'true');
          action();
        };
        left.hidden = true;
        notice.hidden = false;
      },
      count(time) {
        left.hidden = false;
        write(left, time);
      },
      hide() {
        if (shadow.activeElement === button) cameFrom?.focus({ preventScroll: true });
        notice.hidden = true;
      },
    };
  }

  /** Moves the app down, so that nothing of it is covered. Streamlit draws all of itself in one element, some of it fixed. */
  function makeRoom(height) {
    const root = document.getElementById('root');
    if (!root) {
      document.body.style.setProperty('padding-top', `${height}px`);
      return;
    }
    root.style.setProperty('position', 'fixed');
    root.style.setProperty('inset', `${height}px 0 0`);
    root.style.setProperty('contain', 'layout');
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
  // Streamlit's page looks for its server when their connection has ended: that may be for a reason that the portal knows.
  new PerformanceObserver(loaded => {
    if (loaded.getEntries().some(entry => entry.name.includes('/_stcore/health'))) {
      cue ??= setTimeout(() => {
        cue = undefined;
        ask();
      }, shortest / 4);
    }
  }).observe({ type: 'resource' });
  ask();
})();
