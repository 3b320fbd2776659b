// A page's stream of server-sent events: open while somebody looks, and opened again when it was lost. Whoever may not look
// any more is shown the page that says so.
const pause = 2000;

/** Calls receive with what each event holds; the address may be asked for anew each time. */
export function follow(addressOf, receive) {
  const sign = document.getElementById('live');
  const refresh = sign.parentElement.querySelector('[data-refresh]');
  let stream, timer;

  function say(isLive) {
    sign.hidden = false;
    sign.textContent = isLive ? sign.dataset.on : sign.dataset.off;
    sign.className = isLive ? 'pill pill-good' : 'pill pill-idle';
    if (refresh) refresh.hidden = isLive;
  }

  function open() {
    clearTimeout(timer);
    if (document.hidden || stream) return;
    stream = new EventSource(addressOf());
    stream.onmessage = event => {
      say(true);
      receive(JSON.parse(event.data));
    };
    stream.onerror = lost;
  }

  function close() {
    clearTimeout(timer);
    stream?.close();
    stream = null;
  }

  async function lost() {
    close();
    say(false);
    timer = setTimeout(open, pause);
    try {
      const page = await fetch(location.href, { method: 'HEAD', cache: 'no-store', redirect: 'manual' });
      if (page.status === 403 || page.type === 'opaqueredirect') location.reload();
    } catch {
      // The portal is away for a moment, perhaps for an upgrade.
    }
  }

  document.addEventListener('visibilitychange', () => document.hidden ? close() : open());
  addEventListener('pagehide', close);
  addEventListener('pageshow', open);
  open();
}
