"""As much of the encoding of protocol buffers as it takes to follow a Streamlit session: protobuf.dev, Encoding."""

VARINT, EIGHT_BYTES, LENGTH, FOUR_BYTES = 0, 1, 2, 5


def find(message, *path):
    """The first field at that path of field numbers, a number or bytes; None where there is none."""
    for number in path:
        message = next((value for found, value in fields(message) if found == number), None)
        if message is None:
            return None
    return message


def fields(message):
    at = 0
    while at < len(message):
        tag, at = _varint(message, at)
        kind = tag & 7
        if kind == VARINT:
            value, at = _varint(message, at)
        else:
            if kind == LENGTH:
                length, at = _varint(message, at)
            else:
                length = {EIGHT_BYTES: 8, FOUR_BYTES: 4}[kind]
            value = message[at:at + length]
            at += length
        yield tag >> 3, value


def field(number, content):
    return _bytes(number << 3 | LENGTH) + _bytes(len(content)) + content


def flag(number):
    """A field that says true."""
    return _bytes(number << 3 | VARINT) + b"\x01"


def _varint(message, at):
    value = shift = 0
    while True:
        byte = message[at]
        at += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, at


def _bytes(number):
    content = b""
    while number >= 0x80:
        content += bytes([number & 0x7F | 0x80])
        number >>= 7
    return content + bytes([number])
