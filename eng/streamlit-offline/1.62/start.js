// Starts stlite 1.9.2's front end, that of Streamlit 1.62, on the server that the page came from.
import { useServer } from "./bridge.js";
import { mount } from "./stlite.js";

useServer({ started: "event:envSetup", loaded: "event:loadFinished", resolvesReferences: true });
mount({ entrypoint: "main.py", files: { "main.py": "" }, disableProgressToasts: true }, document.getElementById("root"));
