"""What comes from the portal, and what is told of an instance."""

import array
import os
import socket
import struct
import sys

PROTOCOL = 2
LONGEST_LINE = 1 << 20


def close_inherited(kept):
    """Whatever the portal's own starter left open beside the standard files; the instances would inherit it in turn."""
    for number in map(int, os.listdir("/proc/self/fd")):
        if number > 2 and number not in kept:
            try:
                os.close(number)
            except OSError:
                pass  # the listing's own


def connected(name, user):
    """A connection to the portal's socket, where that is of this user."""
    connection = socket.socket(socket.AF_UNIX)
    connection.connect("\0" + name[1:] if name.startswith("@") else name)
    peer = struct.unpack("3i", connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
    if peer[1] != user:
        sys.exit(f"spawner: {name} belongs to user {peer[1]}")
    return connection


def receive(connection):
    """What was sent, and the files that came along: those of one message at most, says unix(7)."""
    files = array.array("i")
    data, extras, _, _ = connection.recvmsg(1 << 16, socket.CMSG_SPACE(files.itemsize), socket.MSG_CMSG_CLOEXEC)
    for level, kind, rights in extras:
        if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
            files.frombytes(rights[: len(rights) - len(rights) % files.itemsize])
    return data, list(files)


def fault_of(request):
    """The first part of a request that is of the wrong kind. What the values are good for turns out in the fork."""
    argv, env, limits = request.get("argv"), request.get("env"), request.get("limits", {})
    kinds = {
        "id": type(request.get("id")) is int,
        "argv": isinstance(argv, list) and argv and all(isinstance(word, str) for word in argv),
        "env": isinstance(env, dict) and all(isinstance(value, str) for value in env.values()),
        "cwd": isinstance(request.get("cwd"), str),
        "name": isinstance(request.get("name", ""), str),
        "limits": isinstance(limits, dict)
        and all(
            isinstance(pair, list) and [type(number) for number in pair] == [int, int] for pair in limits.values()
        ),
    }
    return next((part for part, is_right in kinds.items() if not is_right), None)


def start_time(pid):
    with open(f"/proc/{pid}/stat", "rb") as file:
        return int(file.read().rpartition(b")")[2].split()[19])
