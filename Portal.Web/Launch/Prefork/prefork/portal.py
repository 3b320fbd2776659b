"""Reads what comes from the portal."""

import array
import socket

PROTOCOL = 2
LONGEST_LINE = 1 << 20


def receive(connection):
    """Returns what was sent, and the files that came along: those of one message at most, says unix(7)."""
    files = array.array("i")
    data, extras, _, _ = connection.recvmsg(1 << 16, socket.CMSG_SPACE(files.itemsize), socket.MSG_CMSG_CLOEXEC)
    for level, kind, rights in extras:
        if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
            files.frombytes(rights[: len(rights) - len(rights) % files.itemsize])
    return data, list(files)


def fault_of(request):
    """Returns the first part of a request that is of the wrong kind. Its values are tried in the fork."""
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
    """Returns field 22 of /proc/PID/stat."""
    with open(f"/proc/{pid}/stat", "rb") as file:
        return int(file.read().rpartition(b")")[2].split()[19])
