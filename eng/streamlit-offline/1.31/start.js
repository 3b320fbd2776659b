// Starts stlite 0.46.1's front end, that of Streamlit 1.31, on the server that the page came from.
import { useServer } from "./bridge.js";

useServer({ started: "event:start", loaded: "event:loaded", resolvesReferences: false });
const script = document.createElement("script");
script.src = "./stlite.js";
script.onload = () =>
  stlite.mount({ entrypoint: "main.py", files: { "main.py": "" }, disableProgressToasts: true }, document.getElementById("root"));
document.head.append(script);
