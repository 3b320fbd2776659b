// Runs in the page of an app. Draws the portal's tab at the left edge, and a card beside it with the link home, the
// announcements and what the page must know about the app. Asks the portal, never the app: asking is no use of the app.
(() => {
  'use strict';
  if (window !== window.top) return;

  const told = document.currentScript.dataset;
  const isEmbedded = new URLSearchParams(location.search).getAll('embed').some(value => value.toLowerCase() === 'true');
  const bar = isEmbedded ? null : place();
  const before = Number(told.before) * 1000; // how many ms before the stop the notice is due; 0 for never
  // Time between two questions in ms: least, most, and while a notice is shown.
  const [shortest, longest, noticed] = [1_000, 30_000, 10_000];
  let timer, cue, ticking, endsAt, known, turn = 0, failures = 0, isKeeping = false;

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
      // The portal is away. The page of the app has nothing to say about that.
      if (mine !== turn) return;
      pause = shortest * 2 ** Math.min(++failures, 10);
    }
    // Never long: a machine that sleeps loses its sense of time.
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
    // Who has no access to the portal or to this app any more sees a page of the portal that says so.
    if (method === 'GET' && response.status === 403) location.replace(told.refused);
    if (method === 'GET' && response.status === 404) location.reload();
    throw new Error(response.statusText);
  }

  /** Shows what there is to say. Returns in how many ms to ask again. */
  function follow({ runs, starts, stopsIn, instance, end, leave, notices }) {
    if (leave || (end && isEmbedded)) {
      location.replace(leave ?? told.ended);
      return longest;
    }

    bar?.announce(notices);
    const isAnother = runs && known !== undefined && instance !== known;
    if (runs) known = instance;

    // The end of a request that is under way is unknown. The notice is due half the idle time after it, or later.
    const left = stopsIn === null ? 2 * before : stopsIn * 1000;
    if (before > 0 && runs && left <= before) {
      endsAt = performance.now() + left;
      bar?.show('soon', told.soon, told.keep, keep);
      count();
      ticking ??= setInterval(count, 1000);
      return Math.min(left, noticed);
    }

    clearInterval(ticking);
    ticking = undefined;
    if (end) bar?.show('ended', end === 'Idle' ? told.stopped : told.gone, told.start, () => location.reload());
    else if (isAnother) bar?.show('restarted', told.restarted, told.close, bar.dismiss);
    else if (runs) bar?.hide('soon', 'ended');
    else bar?.hide('soon');
    if (starts) return shortest;
    return runs && before > 0 ? left - before : longest;
  }

  function keep() {
    isKeeping = true;
    ask();
  }

  function count() {
    const seconds = Math.ceil(Math.max(0, endsAt - performance.now()) / 1000);
    bar?.count(`${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`);
  }

  /** Lies over the page and moves nothing in it. Takes no focus by itself. The shadow tree keeps the styles apart. */
  function place() {
    const host = document.createElement('portal-notice');
    const shadow = host.attachShadow({ mode: 'open' });
    const style = make('link', { rel: 'stylesheet', href: told.style });
    const whole = make('aside', { class: 'bar', lang: told.language, 'aria-label': told.label, hidden: '' });
    const tab = make('button', { class: 'tab', type: 'button', title: told.menu, 'aria-label': told.menu, 'aria-expanded': 'false', 'aria-controls': 'card' });
    const card = make('div', { class: 'card', id: 'card', popover: 'manual', hidden: '' }); // above all that the app may show
    const head = make('div', { class: 'head' });
    const home = make('a', { class: 'home', href: told.portal });
    const close = make('button', { class: 'close', type: 'button', title: told.close, 'aria-label': told.close });
    const list = make('ul', { class: 'announcements' });
    const notice = make('section', { class: 'notice', 'aria-label': told.label, hidden: '' });
    const text = make('p', { class: 'text' });
    const left = make('span', { class: 'left', role: 'timer', 'aria-live': 'off' });
    const button = make('button', { class: 'primary', type: 'button' });
    const spoken = make('p', { class: 'spoken', role: 'status' }); // rendered before it speaks, else nobody would hear it
    let announced = [], kind = '', isWanted = false, isDismissed = false, cameFrom;

    write(home, told.home);
    head.append(home, close);
    notice.append(text, left, button);
    card.append(head, list, notice);
    whole.append(tab, card, spoken);
    shadow.append(style, whole);
    document.body.prepend(host);

    tab.addEventListener('click', () => {
      if (!card.hidden) return dismiss();
      cameFrom = undefined;
      isWanted = true;
      update();
    });
    close.addEventListener('click', dismiss);
    whole.addEventListener('keydown', event => {
      if (event.key !== 'Escape' || card.hidden) return;
      event.stopPropagation();
      dismiss();
    });
    // The way from the app's page into the card leads over the tab, which is not where the person was.
    whole.addEventListener('focusin', ({ relatedTarget: from }) => { if (from && !whole.contains(from)) cameFrom = from; });
    // Without its style the bar would be unreadable: then there is none.
    style.addEventListener('load', () => {
      whole.hidden = !style.sheet;
      update();
    });

    function dismiss() {
      isWanted = false;
      isDismissed = true;
      remember(announced.map(nameOf));
      if (kind === 'restarted') kind = '';
      update();
    }

    /** Shows what is new, what the app's page must know, or what the person asked for. */
    function update() {
      const focused = shadow.activeElement;
      notice.hidden = kind === '';
      const seen = remembered();
      const isOpen = !whole.hidden && (isWanted || (kind && !isDismissed) || announced.some(one => !seen.includes(nameOf(one))));
      const level = kind ? 'Warning' : ['Problem', 'Warning', 'Info'].find(level => announced.some(one => one.level === level));
      if (level) tab.dataset.level = level;
      else delete tab.dataset.level;
      if (isOpen === card.hidden) {
        card.hidden = !isOpen;
        tab.setAttribute('aria-expanded', String(isOpen));
        if (isOpen) card.showPopover?.();
        else card.hidePopover?.();
      }
      const lostFocus = card.contains(focused) && (card.hidden || (notice.hidden && notice.contains(focused)));
      if (lostFocus) (cameFrom?.isConnected ? cameFrom : tab).focus({ preventScroll: true });
    }

    function speak() {
      write(spoken, [...announced.map(one => one.text), kind && text.textContent].filter(Boolean).join(' '));
    }

    return {
      dismiss,
      announce(notices) {
        if (JSON.stringify(notices) === JSON.stringify(announced)) return update();
        announced = notices;
        list.replaceChildren(...notices.map(one => {
          const line = make('li', { 'data-level': one.level });
          write(line, one.text);
          return line;
        }));
        speak();
        update();
      },
      show(what, words, label, action) {
        if (kind !== what) isDismissed = false;
        kind = what;
        write(text, words);
        write(button, label);
        button.removeAttribute('aria-busy');
        button.onclick = () => {
          button.setAttribute('aria-busy', 'true');
          action();
        };
        left.hidden = true;
        speak();
        update();
      },
      count(time) {
        left.hidden = false;
        write(left, time);
      },
      hide(...kinds) {
        if (kinds.includes(kind)) kind = '';
        speak();
        update();
      },
    };
  }

  // Announcements that were dismissed stay so in every page of this browser.
  function remembered() {
    try {
      return [...JSON.parse(localStorage.getItem('portal-notice-seen'))];
    } catch {
      return [];
    }
  }

  function remember(names) {
    try {
      localStorage.setItem('portal-notice-seen', JSON.stringify(names));
    } catch {
      // The browser stores nothing: they come back with the next page.
    }
  }

  function nameOf(announcement) {
    return `${announcement.level}: ${announcement.text}`;
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
  addEventListener('pageshow', event => { if (event.persisted) ask(); });
  // Streamlit's page looks for its server when it has lost it. The portal may know why.
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
