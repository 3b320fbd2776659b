// Connects stlite's Streamlit front end to a real Streamlit server. The front end believes that it talks to a web worker
// which runs Python in the browser; the one it gets speaks HTTP and WebSocket, and reconnects when the socket drops.
import { isRerun, referenceIn, resolve, sessionIdOf, withoutPresses } from "./messages.js";

const FIRST_DELAY = 500; // ms; doubles up to the longest
const LONGEST_DELAY = 10_000;
const HEALTH_TIMEOUT = 10_000;
const RESTARTED_SHOWN = 8_000;

const korean = navigator.language.startsWith("ko");
const texts = korean
  ? { lost: "연결이 끊겼습니다. 다시 연결하는 중…", restarted: "앱이 다시 시작되어 이전 입력이 초기화되었습니다." }
  : { lost: "Connection lost. Reconnecting…", restarted: "The app was restarted. Earlier entries are gone." };

const address = (path) => new URL(path.replace(/^\/+/, ""), new URL(".", document.baseURI));
const xsrfToken = () => document.cookie.match(/(?:^|; )_streamlit_xsrf=([^;]*)/)?.[1];
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

// Why the page was reloaded is remembered over the reload.
const RESTARTED = "streamlit.reload.restarted";
function reloadOnce(reason) {
  if (sessionStorage.getItem(reason)) return;
  sessionStorage.setItem(reason, "yes");
  location.reload();
}

let leaving = false; // the browser drops the socket itself when the page is left: nothing to tell
addEventListener("pagehide", () => (leaving = true));
addEventListener("pageshow", () => (leaving = false));
function notice(words) {
  if (!leaving) document.querySelector("#notice span").textContent = words;
}

class Connection {
  #deliver; // gives the front end a message
  #socket;
  #settled = false; // the socket is open, and the session is known to be the one from before
  #session; // its id
  #lastRerun; // the last request to run the script that was sent
  #waiting = []; // messages that could not be sent yet
  #incoming = Promise.resolve(); // keeps messages in order while one of them is fetched
  #delay = FIRST_DELAY;
  #resolvesReferences; // the front end knows earlier messages itself

  constructor(deliver, resolvesReferences) {
    this.#deliver = deliver;
    this.#resolvesReferences = resolvesReferences;
  }

  /** Waits until the server is healthy. The check also sets the cookie that uploads need. */
  async healthy() {
    while (!(await this.#isHealthy())) await this.#pause();
  }

  /** Opens the socket, and opens it again whenever it drops. `opened` is called the first time. */
  async keep(path, opened) {
    for (;;) {
      await this.healthy();
      const socket = await this.#open(path);
      if (socket) {
        const closed = new Promise((done) => socket.addEventListener("close", done));
        opened?.();
        opened = undefined;
        await closed;
        this.#settled = false;
      }
      await this.#pause();
    }
  }

  send(message) {
    if (!this.#settled || this.#socket.readyState !== WebSocket.OPEN) {
      this.#waiting.push(message);
      return;
    }
    if (isRerun(message)) this.#lastRerun = message;
    this.#socket.send(message);
  }

  async #isHealthy() {
    try {
      const options = { cache: "no-store", signal: AbortSignal.timeout(HEALTH_TIMEOUT) };
      const response = await fetch(address("_stcore/health"), options);
      await response.arrayBuffer(); // a request whose answer is not read is not over for whoever watches the page's requests
      return response.ok;
    } catch {
      return false;
    }
  }

  async #pause() {
    notice(texts.lost);
    await sleep(this.#delay * (0.8 + 0.4 * Math.random())); // not every browser at the same moment
    this.#delay = Math.min(2 * this.#delay, LONGEST_DELAY);
  }

  /** The open socket, or undefined when it cannot be opened. */
  #open(path) {
    const url = address(path);
    url.protocol = url.protocol.replace("http", "ws");
    const protocols = ["streamlit", xsrfToken() ?? "PLACEHOLDER_AUTH_TOKEN"];
    if (this.#session) protocols.push(this.#session);
    const socket = new WebSocket(url, protocols);
    socket.binaryType = "arraybuffer";
    socket.onmessage = ({ data }) => {
      const receive = () => this.#receive(new Uint8Array(data));
      this.#incoming = this.#incoming.then(receive).catch(console.error);
    };
    return new Promise((done) => {
      socket.onclose = () => done(undefined);
      socket.onopen = () => {
        this.#socket = socket;
        // What the server sent while nobody listened is lost: the script must run again. Its first message tells
        // whether the session is still the one from before.
        if (this.#lastRerun) socket.send(withoutPresses(this.#lastRerun));
        else this.#settle();
        done(socket);
      };
    });
  }

  #settle() {
    this.#settled = true;
    this.#delay = FIRST_DELAY;
    for (const message of this.#waiting.splice(0)) this.send(message);
    if (sessionStorage.getItem(RESTARTED)) {
      sessionStorage.removeItem(RESTARTED);
      notice(texts.restarted);
      setTimeout(() => this.#settled && notice(""), RESTARTED_SHOWN);
    } else {
      notice("");
    }
  }

  async #receive(message) {
    const session = sessionIdOf(message);
    if (session && this.#session && session !== this.#session) {
      // The server no longer has the session whose state the page shows: begin anew.
      reloadOnce(RESTARTED);
      return;
    }
    if (session) {
      this.#session = session;
      if (!this.#settled) this.#settle();
    }
    const hash = !this.#resolvesReferences && referenceIn(message);
    if (!hash) return this.#deliver(message);
    const response = await fetch(address(`_stcore/message?hash=${encodeURIComponent(hash)}`)).catch(() => undefined);
    // No answer means that the connection has just dropped: the script runs again after that.
    if (response?.ok) this.#deliver(resolve(message, new Uint8Array(await response.arrayBuffer())));
  }
}

/** An HTTP request on behalf of the front end, which wants header names in their usual capitals. */
async function request({ method, path, headers, body }) {
  const token = method === "GET" ? undefined : xsrfToken();
  const options = method === "GET" ? {} : { method, body, headers: { ...headers, ...(token && { "X-Xsrftoken": token }) } };
  const capitals = (name) => name.replace(/\b[a-z]/g, (letter) => letter.toUpperCase());
  try {
    const response = await fetch(address(path), options);
    return {
      statusCode: response.status,
      headers: new Map([...response.headers].map(([name, value]) => [capitals(name), value])),
      body: new Uint8Array(await response.arrayBuffer()),
    };
  } catch {
    return { statusCode: 503, headers: new Map(), body: new Uint8Array() }; // the front end tells its user
  }
}

class Bridge {
  onmessage = null;
  #connection;
  #loaded;

  constructor({ started, loaded, resolvesReferences }) {
    const deliver = (payload) => this.#emit("websocket:message", { payload });
    this.#connection = new Connection(deliver, resolvesReferences);
    this.#loaded = loaded;
    setTimeout(() => this.#emit(started));
  }

  async postMessage({ type, data }, [port] = []) {
    switch (type) {
      case "initData":
        await this.#connection.healthy();
        return this.#emit(this.#loaded);
      case "websocket:connect":
        return this.#connection.keep(data.path, () => port.postMessage({ type: "reply" }));
      case "websocket:send":
        this.#connection.send(data.payload);
        return port.postMessage({ type: "reply" });
      case "http:request":
        return port.postMessage({ type: "http:response", data: { response: await request(data.request) } });
      default:
        return port?.postMessage({ type: "reply" });
    }
  }

  terminate() {}

  #emit(type, data) {
    this.onmessage?.({ data: { type, data }, ports: [] });
  }
}

document.documentElement.lang = korean ? "ko" : "en";

/**
 * Takes the place of the first worker that the front end makes, which is the one for Python; others are what they say.
 * What differs between versions: the names of the events that tell that Python has started and is loaded, and whether
 * the front end itself resolves references to earlier messages.
 */
export function useServer(version) {
  const NativeWorker = window.Worker;
  window.Worker = function () {
    window.Worker = NativeWorker;
    return new Bridge(version);
  };
}
