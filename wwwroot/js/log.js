// Follows an app's log. Whoever reads the end of it stays there; whoever reads further up is left alone.
import { follow } from './live.js';

const log = document.getElementById('log');
const empty = document.getElementById('log-empty');
const rest = log.lastElementChild;
const most = 400; // pieces that are kept on the page
let end = log.dataset.end;

const isAtEnd = () => log.scrollHeight - log.scrollTop - log.clientHeight < 24;
const toEnd = () => { log.scrollTop = log.scrollHeight; };

function piece(text) {
  const span = document.createElement('span');
  span.textContent = text;
  return span;
}

follow(() => `${log.dataset.feed}&from=${end}`, part => {
  const stays = log.hidden || isAtEnd();
  if (part.isAnew) log.replaceChildren(rest);
  if (part.text) rest.before(piece(part.text));
  if (rest.textContent !== part.rest) rest.textContent = part.rest;
  while (log.childElementCount > most) log.firstElementChild.remove();
  end = part.end;
  log.hidden = log.textContent === '';
  empty.hidden = !log.hidden;
  if (stays) toEnd();
});

toEnd();
