"""An HTTP origin that answers one request of its first connection and then leaves it; it stays on all others.

usage: parting_origin.py ADDRESS fin|rst      says "ready PORT", runs until its input ends
"""
import socket
import struct
import sys
import threading

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
LINGER_NONE = struct.pack("ii", 1, 0)


def answer_one(end):
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        octets = end.recv(4096)
        if not octets:
            return False
        head += octets
    end.sendall(OK)
    return True


def acknowledged(end):
    """Nothing is left unsent or unacknowledged: a reset would throw it away. TIOCOUTQ, in Linux."""
    import fcntl
    import time
    left = 1
    while left:
        left = struct.unpack("i", fcntl.ioctl(end, 0x5411, struct.pack("i", 0)))[0]
        time.sleep(0.001)


def serve(end, leaves):
    answer_one(end)
    if leaves:
        acknowledged(end)
        if sys.argv[2] == "rst":
            end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_NONE)
        end.close()
    else:
        while answer_one(end):
            pass


def main():
    listener = socket.create_server((sys.argv[1], 0))

    def accept():
        leaves = True
        while True:
            threading.Thread(target=serve, args=(listener.accept()[0], leaves), daemon=True).start()
            leaves = False

    threading.Thread(target=accept, daemon=True).start()
    print("ready", listener.getsockname()[1], flush=True)
    sys.stdin.read()


main()
