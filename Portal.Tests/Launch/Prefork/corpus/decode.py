"""Writes what apps sent as text: a line of JSON for each run. Values that must differ from run to run are set apart.

Each line that it reads has the messages of a run, in base64.
"""
import base64
import json
import sys

from google.protobuf.json_format import MessageToDict
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

ITS_OWN = {"hash", "scriptRunId", "sessionId", "lastRunTime"}


def without_own(value, random):
    if isinstance(value, list):
        return [without_own(one, random) for one in value]
    if isinstance(value, str) and value.startswith("RANDOM "):
        random.append(value)
        return value.partition(" = ")[0]
    if not isinstance(value, dict):
        return value
    return {name: without_own(one, random) for name, one in value.items() if name not in ITS_OWN}


for line in sys.stdin:
    random, sent = [], []
    for message in map(base64.b64decode, line.split()):
        as_dict = MessageToDict(ForwardMsg.FromString(message))
        if "empty" in as_dict.get("delta", {}).get("newElement", {}):
            continue  # a placeholder: sent only where its content takes longer than a tick of the server
        sent.append(
            json.dumps(
                without_own(as_dict, random),
                ensure_ascii=False,
                sort_keys=True,
            )
        )
    print(json.dumps({"sent": sent, "random": random}))
